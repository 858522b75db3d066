const MiB = 1024 * 1024;

/** People type a line in seconds and scripts tell of builds; beyond this it is a flood that 500 others must read. */
const messagesPerSecond = 100;
const bytesPerSecond = 1 * MiB;
/** A burst of so many seconds' worth is let through. */
const burstSeconds = 4;

/** Holds one member to so many messages and bytes a second. Times in milliseconds of a clock that only goes on. */
export class SayRate {
  #messagesFreeAtMs = 0;
  #bytesFreeAtMs = 0;

  /** How long the next message has to wait. */
  waitMs(nowMs: number): number {
    return Math.max(0, Math.max(this.#messagesFreeAtMs, this.#bytesFreeAtMs) - nowMs - burstSeconds * 1000);
  }

  /** Counts a message. */
  take(nowMs: number, bytes: number): void {
    this.#messagesFreeAtMs = Math.max(nowMs, this.#messagesFreeAtMs) + 1000 / messagesPerSecond;
    this.#bytesFreeAtMs = Math.max(nowMs, this.#bytesFreeAtMs) + (1000 * bytes) / bytesPerSecond;
  }
}
