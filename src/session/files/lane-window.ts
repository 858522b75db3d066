import { blockBytes } from "../../wire/limits.js";

/** Work for so long is asked ahead: several round trips of the longest paths, and soon over where a connection is slow. */
const aheadMs = 2000;
const measureEveryMs = 500;
/** Asked before anything is known of a connection, and on top wherever that is little. */
const firstBytes = 2 * blockBytes;
/** It opens by a multiple of what has come since it was last measured, as fast as a slow start. */
const openingFactor = 2;
/** Above what any path holds. */
const mostBytes = 256 * blockBytes;
/** A connection that had nothing to do for a while is not taken for a slow one at once. */
const keptFactor = 0.85;

/** How much may be asked ahead on one connection: what it brings in some seconds, as far as that is known. */
export class LaneWindow {
  #sinceMs: number;
  #sinceBytes = 0;
  /** Bytes a millisecond; of a connection that is new, what others of its kind bring. */
  #rate: number | undefined;

  constructor(nowMs: number, likelyRate: number | undefined) {
    this.#sinceMs = nowMs;
    this.#rate = likelyRate;
  }

  /** Bytes a millisecond, if that is known. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** Bytes that may be outstanding now; `arrivedBytes` is what has come on the connection since it joined. */
  bytes(nowMs: number, arrivedBytes: number): number {
    const passedMs = nowMs - this.#sinceMs;
    const cameBytes = arrivedBytes - this.#sinceBytes;
    if (passedMs >= measureEveryMs) {
      this.#rate = Math.max(cameBytes / passedMs, (this.#rate ?? 0) * keptFactor);
      this.#sinceMs = nowMs;
      this.#sinceBytes = arrivedBytes;
    }
    const bytes = Math.max((this.#rate ?? 0) * aheadMs, openingFactor * cameBytes);
    // A slow connection would hold on to that for long.
    const isSlow = this.#rate !== undefined && bytes < firstBytes;
    return Math.min(mostBytes, isSlow ? bytes : firstBytes + bytes);
  }
}
