import type { TextEncoding } from "../service/text-encoding.js";
import { type JsonObject, readWholeNumber } from "../wire/field.js";
import { jsonHeaderPrefixBytes, parseJsonHeader, readJsonHeaderLength } from "../wire/framing/json-header-layout.js";
import { maxHeaderBytes } from "../wire/limits.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";
import { lengthHeader } from "./length-header.js";
import { decodeWhole } from "./site.js";

/*
 * The tutorials' cure for sticky packets, which `download` and `upload` share (see wire/framing/json-header-layout.ts):
 *
 *   i32 little-endian length of the header | header: a JSON object | as many raw bytes as the header says
 */

/** Reads a header; undefined if the stream ends before it. E_PROTOCOL, E_TOO_LARGE, E_CONNECTION_LOST within it. */
export async function readJsonHeader(connection: Connection, encoding: TextEncoding): Promise<JsonObject | undefined> {
  if (!(await connection.hasMore())) return undefined;
  const length = readJsonHeaderLength(await connection.readExactly(jsonHeaderPrefixBytes), 0, maxHeaderBytes);
  const bytes = await connection.readExactly(length);
  return parseJsonHeader(encoding.name === "utf-8" ? bytes : Buffer.from(decodeWhole(encoding, bytes)));
}

/** A header as it goes on the wire, with its length in front. */
export function jsonHeader(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([lengthHeader(bytes.length), bytes]);
}

/** A size in bytes: whole, not negative, and small enough to be exact (below 2^53). */
export function sizeField(header: JsonObject, key: string): number {
  return readWholeNumber(header, key, Number.MAX_SAFE_INTEGER);
}

/** A text of the header; undefined if there is none. */
export function textField(header: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(header, key) ? header[key] : undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new SampanError("E_PROTOCOL", `"${key}" in the header is ${printable(JSON.stringify(value), 60)}, not a text`);
}
