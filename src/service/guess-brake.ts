import type { Clock } from "../session/ports.js";

const firstDelayMs = 1000;
const longestDelayMs = 8000;
const forgetAfterMs = 10 * 60_000;
const mostHosts = 10_000;

/** Slows wrong tokens down: each from the same host waits twice as long as the last. */
export class GuessBrake {
  readonly #clock: Clock;
  readonly #wrong = new Map<string, { count: number; lastMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A wrong token came from `host`; resolves when it may be told so. */
  wrong(host: string): Promise<void> {
    const now = this.#clock.nowMs();
    const before = this.#wrong.get(host);
    const count = before && now - before.lastMs < forgetAfterMs ? before.count + 1 : 1;
    this.#wrong.delete(host);
    if (this.#wrong.size >= mostHosts) this.#wrong.delete(this.#wrong.keys().next().value as string);
    this.#wrong.set(host, { count, lastMs: now });
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (count - 1));
    return new Promise((resolve) => this.#clock.after(delayMs, resolve));
  }
}
