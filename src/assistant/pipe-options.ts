import type { PipeInput } from "./pipe-input.js";
import type { PipeOutput } from "./pipe-output.js";

/** How a pipe between standard input, a peer and standard output behaves. */
export interface PipeOptions {
  readonly role: "listen" | "connect";
  /** `send`: what the peer sends is dropped. `receive`: standard input is not read, and nothing is sent. */
  readonly direction: "both" | "send" | "receive";
  /** To listen: after a client has gone, the next one is served. */
  readonly keepOpen: boolean;
  /** Ends when nothing has moved for so long. */
  readonly idleMs: number | undefined;
  /** Datagrams have no end: answers are waited for so long after the end of the input, unless `idleMs` says so. */
  readonly answerMs: number;
  /** After everything was sent in direction `send`, the peer has so long to end, too. */
  readonly lingerMs: number;
  readonly input: PipeInput;
  readonly output: PipeOutput;
  /** Something to be told that does not end the pipe. */
  note(text: string): void;
}

/** What fits into one datagram over IPv4 as well as IPv6. */
export const datagramChunkBytes = 65_507;

/** Large enough that each read and write costs little. */
export const streamChunkBytes = 256 * 1024;

/** So much is read ahead of what the peer has taken. */
export const maxAheadBytes = 1024 * 1024;

/** How long a reset takes to come back at most, in most places; from this machine it has come at once. */
export function resetMs(peer: string): number {
  return /^(127\.|\[::1\]|[^:]*\/)/.test(peer) ? 10 : 250;
}
