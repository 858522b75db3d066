import { isJsonObject, type JsonObject, wholeNumber } from "../field.js";
import { parseJson } from "../message.js";
import { SampanError } from "../sampan-error.js";
import { readLength } from "./length-field.js";

/*
 * A header in front of a file, as Python programs send it with struct.pack("i", n) and json.dumps:
 *
 *   +-----------------------------+-----------------------------+--------------------------+
 *   | i32 little-endian: N        | N bytes: UTF-8 JSON object  | header[size key] bytes   |
 *   +-----------------------------+-----------------------------+--------------------------+
 */

export const jsonHeaderPrefixBytes = 4;

/** Bytes of JSON; an honest header is a name, a size and a digest. */
export const defaultMaxJsonHeaderBytes = 64 * 1024;

/** The keys that tell how long the body is: uploads say `file_size`, downloads `lenth`. */
export const defaultSizeKeys: readonly string[] = ["file_size", "lenth"];

/** The length of the JSON that follows. E_PROTOCOL if it is 0 or negative, E_TOO_LARGE above the cap. */
export function readJsonHeaderLength(bytes: Uint8Array, at: number, maxHeaderBytes: number): number {
  const length = readLength(bytes, at, jsonHeaderPrefixBytes, true) | 0;
  if (length <= 0) throw new SampanError("E_PROTOCOL", `a JSON header cannot have ${length} bytes`);
  if (length <= maxHeaderBytes) return length;
  throw new SampanError("E_TOO_LARGE", `a JSON header of ${length} bytes; the most is ${maxHeaderBytes}`);
}

/** E_PROTOCOL unless it is one JSON object in UTF-8. */
export function parseJsonHeader(bytes: Uint8Array): JsonObject {
  const value = parseJson(bytes, "JSON header");
  if (isJsonObject(value)) return value;
  throw new SampanError("E_PROTOCOL", "a JSON header must be an object");
}

/** The body's bytes, from the first of `keys` that the header has; an empty header has no body. E_PROTOCOL, E_TOO_LARGE. */
export function bodyBytesOf(header: JsonObject, keys: readonly string[], maxBodyBytes: number): number {
  const key = keys.find((one) => Object.hasOwn(header, one));
  if (key !== undefined) return wholeNumber(header[key], key, maxBodyBytes);
  if (Object.keys(header).length === 0) return 0;
  throw new SampanError(
    "E_PROTOCOL",
    `the JSON header does not tell the body's size: it has no ${keys.join(" and no ")}`,
  );
}
