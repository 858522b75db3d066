import type { Clock } from "../ports.js";

/** How fast bytes came. */
export interface Throughput {
  readonly bytes: number;
  readonly ms: number;
  /** Of the last two thirds of the time: before that a connection still finds out how much its path takes. */
  readonly bytesPerSecond: number;
}

/** Counts bytes over time; memory does not depend on how many. */
export class ThroughputMeter {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #plannedMs: number;
  #bytes = 0;
  #lastMs: number;
  /** Where the last two thirds begin. */
  #steady: { readonly atMs: number; readonly bytes: number } | undefined;

  constructor(clock: Clock, plannedMs: number) {
    this.#clock = clock;
    this.#plannedMs = plannedMs;
    this.#startMs = this.#lastMs = clock.nowMs();
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#lastMs = this.#clock.nowMs();
    if (this.#lastMs - this.#startMs >= this.#plannedMs / 3)
      this.#steady ??= { atMs: this.#lastMs, bytes: this.#bytes };
  }

  get result(): Throughput {
    const ms = this.#lastMs - this.#startMs;
    const steady = this.#steady ?? { atMs: this.#startMs, bytes: 0 };
    const whole = { atMs: this.#startMs, bytes: 0 };
    const from = this.#lastMs > steady.atMs ? steady : whole;
    const seconds = Math.max(0.001, (this.#lastMs - from.atMs) / 1000);
    return { bytes: this.#bytes, ms, bytesPerSecond: (this.#bytes - from.bytes) / seconds };
  }
}
