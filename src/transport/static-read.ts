import type { Socket } from "node:net";

/*
 * Node lets a socket read into one buffer that is used again and again (`onread`), but only where the program dials.
 * An accepted socket reads each chunk into fresh memory, which costs a receiving server about a fifth of its speed
 * over TLS. The same mechanism sits inside every socket, behind private names; where they are as expected it is
 * switched on here, and where they are not (or SAMPAN_STATIC_READ=0) the plain `data` events serve.
 */

/** Where bytes are read that do not belong to a large body: small, lest much of one is read into it and copied. */
export const scratchBytes = 16 * 1024;

/** What Node's `onread` takes: where the next bytes go, and what is told of those that have come. */
export interface StaticReader {
  readonly buffer: () => Uint8Array;
  readonly callback: (count: number, buffer: Uint8Array) => boolean;
}

interface SocketInside {
  _handle?: { useUserBuffer?: (buffer: Uint8Array) => void } | null;
  [name: symbol]: unknown;
}

/** Makes an accepted socket read into one static buffer. False if this Node does not have the means. */
export function readStatically(socket: Socket, reader: StaticReader): boolean {
  if (process.env.SAMPAN_STATIC_READ === "0") return false;
  const inside = socket as unknown as SocketInside;
  const names = new Map(Object.getOwnPropertySymbols(inside).map((name) => [name.description, name]));
  const [buffer, callback, generator] = ["kBuffer", "kBufferCb", "kBufferGen"].map((name) => names.get(name));
  const handle = inside._handle;
  if (!buffer || !callback || !generator || typeof handle?.useUserBuffer !== "function") return false;
  if (inside[buffer] !== null || socket.readableLength > 0) return false;
  const memory = reader.buffer();
  inside[buffer] = memory;
  inside[callback] = reader.callback;
  inside[generator] = reader.buffer;
  handle.useUserBuffer(memory);
  return true;
}
