import type { Clock } from "./ports.js";

/** Holds a sender to so many bytes a second, with at most a quarter of a second's worth in one go. */
export class Throttle {
  readonly #bytesPerMs: number;
  readonly #clock: Clock;
  #freeAtMs = 0;

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
    return waitMs <= 0 ? undefined : new Promise((resolve) => this.#clock.after(waitMs, resolve));
  }
}
