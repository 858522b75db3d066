import type { Clock, Timer } from "../ports.js";

/** Timers of the platform count to 2^31 ms; a longer wait is cut into such pieces. */
const longestTimerMs = 2 ** 31 - 1;

/** Holds a sender to so many bytes a second, with at most a quarter of a second's worth in one go. */
export class Throttle {
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<() => void, Timer>();
  #freeAtMs = 0;
  #stopped = false;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#clock = clock;
  }

  /** Resolves when `bytes` may be sent. */
  take(bytes: number): Promise<void> | undefined {
    const now = this.#clock.nowMs();
    const start = Math.max(now - 250, this.#freeAtMs);
    this.#freeAtMs = start + bytes / this.#bytesPerMs;
    const waitMs = this.#freeAtMs - now;
    if (waitMs <= 0 || this.#stopped) return undefined;
    return new Promise((resolve) => this.#wakeAt(this.#clock.nowMs() + waitMs, resolve));
  }

  /** Nobody has to wait any more. */
  stop(): void {
    this.#stopped = true;
    for (const [resolve, timer] of this.#waiting) {
      timer.cancel();
      resolve();
    }
    this.#waiting.clear();
  }

  #wakeAt(atMs: number, resolve: () => void): void {
    const leftMs = atMs - this.#clock.nowMs();
    const timer = this.#clock.after(Math.min(leftMs, longestTimerMs), () => {
      this.#waiting.delete(resolve);
      if (leftMs > longestTimerMs) this.#wakeAt(atMs, resolve);
      else resolve();
    });
    this.#waiting.set(resolve, timer);
  }
}
