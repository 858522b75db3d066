import { type Converse, decodeWhole, readBytes } from "./site.js";

/** `upper`: raw bytes come back with ASCII letters in capitals, read by read, until the client ends. */
export const serveUpper: Converse = async (connection, { encoding, tell }) => {
  for (;;) {
    const bytes = await connection.readSome(readBytes);
    if (bytes === undefined) return;
    await tell({ event: "text", peer: connection.peer, bytes: bytes.length, text: decodeWhole(encoding, bytes) });
    await connection.send(upperCased(bytes));
  }
};

/** `upper-once`: one read, white space around it dropped, in capitals; then the server closes. */
export const serveUpperOnce: Converse = async (connection, { encoding, tell }) => {
  const bytes = await connection.readSome(readBytes);
  if (bytes === undefined) return;
  const text = stripped(bytes);
  await tell({ event: "text", peer: connection.peer, bytes: text.length, text: decodeWhole(encoding, text) });
  await connection.send(upperCased(text));
};

/** The same bytes with a to z as A to Z, as Python's `bytes.upper()`. */
export function upperCased(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
}

/** Without the ASCII white space at both ends, as Python's `bytes.strip()`. */
export function stripped(bytes: Buffer): Buffer {
  const isSpace = (byte: number | undefined): boolean =>
    byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return bytes.subarray(start, end);
}
