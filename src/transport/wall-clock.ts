/**
 * This machine's clock in microseconds since 1970. Node tells whole milliseconds of it, and finer ones only since the
 * process began, which a correction of the clock does not reach; so the two are put together anew at each call.
 */
export class WallClock {
  /** Milliseconds from the monotonic clock's zero to 1970; what is seen of it is up to 1 ms too small. */
  #offsetMs = performance.timeOrigin;

  nowMicros(): number {
    const monotonicMs = performance.now();
    const seenMs = Date.now() - monotonicMs;
    // Beyond that it is no rounding: the clock was set, or slowed down.
    const isWrong = Math.abs(seenMs - this.#offsetMs) > 1.5;
    this.#offsetMs = isWrong ? seenMs : Math.max(this.#offsetMs, seenMs);
    return Math.round((monotonicMs + this.#offsetMs) * 1000);
  }
}

export const wallClock = new WallClock();
