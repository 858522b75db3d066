import type { TextEncoding } from "../service/text-encoding.js";
import { maxHeaderBytes } from "../wire/limits.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";
import { lengthHeader, readLength } from "./length-header.js";
import { decodeWhole } from "./site.js";

/*
 * The tutorials' cure for sticky packets, which `download` and `upload` share:
 *
 *   i32 little-endian length of the header | header: a JSON object | as many raw bytes as the header says
 */

export type JsonHeader = Readonly<Record<string, unknown>>;

/** Reads a header; undefined if the stream ends before it. E_PROTOCOL, E_TOO_LARGE, E_CONNECTION_LOST within it. */
export async function readJsonHeader(connection: Connection, encoding: TextEncoding): Promise<JsonHeader | undefined> {
  const length = await readLength(connection, "a header", { min: 1, max: maxHeaderBytes });
  if (length === undefined) return undefined;
  return parseHeader(decodeWhole(encoding, await connection.readExactly(length)));
}

/** A header as it goes on the wire, with its length in front. */
export function jsonHeader(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([lengthHeader(bytes.length), bytes]);
}

function parseHeader(text: string): JsonHeader {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SampanError("E_PROTOCOL", `the header is not JSON: ${printable(text, 80)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SampanError("E_PROTOCOL", `the header is not a JSON object: ${printable(text, 80)}`);
  return value as JsonHeader;
}

/** A size in bytes: whole, not negative, and small enough to be exact (below 2^53). */
export function sizeField(header: JsonHeader, key: string): number {
  const value = header[key];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  const found = value === undefined ? "missing" : printable(JSON.stringify(value), 60);
  throw new SampanError(
    "E_PROTOCOL",
    `"${key}" in the header is ${found}; it must be a whole number from 0 to 2^53 - 1`,
  );
}

/** A text of the header; undefined if there is none. */
export function textField(header: JsonHeader, key: string): string | undefined {
  const value = header[key];
  if (value === undefined || typeof value === "string") return value;
  throw new SampanError("E_PROTOCOL", `"${key}" in the header is ${printable(JSON.stringify(value), 60)}, not a text`);
}
