import type { Told } from "./language.js";

/** Which of the two ends made a call: the one that sends (a client) or the one that reads (a server). */
export type Who = "sender" | "receiver";

/** A run of bytes that came from one send. */
export interface Piece {
  /** Which send, counted from 1 on each connection. */
  readonly send: number;
  readonly bytes: number;
  /** The first of the bytes, at most `maxHeadBytes`. */
  readonly head: Uint8Array;
}

/** As much of a piece as is kept to be shown; experiments send megabytes. */
export const maxHeadBytes = 64;

/** One call that was made, and what came of it. */
export interface Step {
  /** Milliseconds since the experiment began, without the time that went into showing it. */
  readonly atMs: number;
  readonly who: Who;
  /**
   * The call's name, as in the classic socket interface: `send`, `recv`, `listen`, `close`. `frame` is none: a frame
   * that the receiver has put together from what it has read.
   */
  readonly call: string;
  /** Its arguments other than the bytes it sends. */
  readonly argument?: string;
  /** How often the call was made, where many make one step; the result is then that of all of them. */
  readonly times?: number;
  /** The bytes that were given to a send, or that a read brought. */
  readonly pieces?: readonly Piece[];
  /** What the call returned: a count, or an error such as `EAGAIN`. */
  readonly result?: number | string;
  /** What is on its way after the call: taken from the sender and not yet read. */
  readonly held?: readonly Piece[];
  /** What stands between the two ends where that is not bytes, such as the state of a port. */
  readonly state?: string;
  readonly note?: Told;
}
