import type { Socket as UdpSocket } from "node:dgram";
import { readSync, writeSync } from "node:fs";
import type { Socket } from "node:net";
import { SampanError } from "../wire/sampan-error.js";

/*
 * The lab makes the system's own calls: a write to a socket's descriptor is send(2), a read from it is recv(2), with
 * their short counts, their zeros and their errors. Node has no public name for the descriptor of a socket; where its
 * handle does not tell, as on Windows, there is nothing to experiment with. Node must not read by itself meanwhile: a
 * paused socket is left alone, a datagram socket is told to stop.
 */

/** What the system calls an error: `EAGAIN`, `ECONNRESET`. */
export type Errno = string;

/** What came of a call that returns nothing but whether it worked: `ok`, or the error. */
export type Outcome = string;

interface Handle {
  readonly fd?: unknown;
  readonly recvStop?: unknown;
}

/** The descriptor of a connected socket; E_UNSUPPORTED where it cannot be had. */
export function descriptorOf(socket: Socket): number {
  return descriptorIn((socket as unknown as { _handle?: Handle })._handle);
}

/** The descriptor of a bound datagram socket that Node reads from no more. */
export function datagramDescriptorOf(socket: UdpSocket): number {
  const inner = Object.getOwnPropertySymbols(socket).map(
    (symbol) => (socket as unknown as Record<symbol, { handle?: Handle } | undefined>)[symbol]?.handle,
  );
  const handle = inner.find((candidate) => typeof candidate?.recvStop === "function");
  const descriptor = descriptorIn(handle);
  (handle as { recvStop(): void }).recvStop();
  return descriptor;
}

function descriptorIn(handle: Handle | undefined): number {
  const descriptor = handle?.fd;
  if (typeof descriptor === "number" && descriptor >= 0) return descriptor;
  throw unsupported("Node gives no file descriptor for a socket here");
}

/** An experiment that this system does not let run. */
export function unsupported(why: string): SampanError {
  return new SampanError("E_UNSUPPORTED", `this experiment cannot run on this system: ${why}; try it on Linux`);
}

/** send(2): how many of the bytes were taken, or the error. */
export function sendCall(descriptor: number, bytes: Uint8Array): number | Errno {
  try {
    return writeSync(descriptor, bytes);
  } catch (thrown) {
    return errnoOf(thrown);
  }
}

/** recv(2) with room for `roomBytes`: what came, nothing at the end of the stream, or the error. */
export function recvCall(descriptor: number, roomBytes: number): Uint8Array | Errno {
  const room = new Uint8Array(roomBytes);
  try {
    return room.subarray(0, readSync(descriptor, room, 0, roomBytes, null));
  } catch (thrown) {
    return errnoOf(thrown);
  }
}

/** The errno of what was thrown; anything that has none is thrown on. */
export function errnoOf(thrown: unknown): Errno {
  const code = (thrown as { code?: unknown } | null)?.code;
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) return code;
  throw thrown;
}
