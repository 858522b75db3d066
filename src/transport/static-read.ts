import type { Socket } from "node:net";

/*
 * Node lets a socket read into one buffer that is used again and again (`onread`), but only where the program dials.
 * An accepted socket reads each chunk into fresh memory, which costs a receiving server about a fifth of its speed
 * over TLS. The same mechanism sits inside every socket, behind private names; where they are as expected it is
 * switched on here, and where they are not (or SAMPAN_STATIC_READ=0) the plain `data` events serve.
 */

export const staticReadBytes = 256 * 1024;
/** A TLS record holds 16 KiB, and is given on by itself. */
export const staticReadBytesSealed = 64 * 1024;

type ReadCallback = (count: number, buffer: Uint8Array) => boolean;

interface SocketInside {
  _handle?: { useUserBuffer?: (buffer: Uint8Array) => void } | null;
  [name: symbol]: unknown;
}

/** Makes an accepted socket read into one static buffer. False if this Node does not have the means. */
export function readStatically(socket: Socket, bytes: number, onRead: ReadCallback): boolean {
  if (process.env.SAMPAN_STATIC_READ === "0") return false;
  const inside = socket as unknown as SocketInside;
  const names = new Map(Object.getOwnPropertySymbols(inside).map((name) => [name.description, name]));
  const [buffer, callback, generator] = ["kBuffer", "kBufferCb", "kBufferGen"].map((name) => names.get(name));
  const handle = inside._handle;
  if (!buffer || !callback || !generator || typeof handle?.useUserBuffer !== "function") return false;
  if (inside[buffer] !== null || socket.readableLength > 0) return false;
  const memory = Buffer.allocUnsafeSlow(bytes);
  inside[buffer] = memory;
  inside[callback] = onRead;
  handle.useUserBuffer(memory);
  return true;
}
