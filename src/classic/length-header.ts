import { SampanError } from "../wire/sampan-error.js";
import type { Connection } from "./connection.js";

/*
 * The tutorials' length: struct.pack('i', n)
 *
 *   i32, little-endian, signed
 */
const lengthBytes = 4;

/** Reads a length; undefined if the stream ends before it. E_PROTOCOL below `min`, E_TOO_LARGE above `max`. */
export async function readLength(
  connection: Connection,
  what: string,
  { min, max }: { readonly min: number; readonly max: number },
): Promise<number | undefined> {
  if (!(await connection.hasMore())) return undefined;
  const length = (await connection.readExactly(lengthBytes)).readInt32LE();
  if (length < min) throw new SampanError("E_PROTOCOL", `the peer declared ${what} of ${length} bytes`);
  if (length > max)
    throw new SampanError("E_TOO_LARGE", `the peer declared ${what} of ${length} bytes; the most is ${max}`);
  return length;
}

/** A length as it goes on the wire. */
export function lengthHeader(length: number): Buffer {
  const header = Buffer.allocUnsafe(lengthBytes);
  header.writeInt32LE(length);
  return header;
}
