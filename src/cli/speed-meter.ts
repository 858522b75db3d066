/** How long a change of speed takes to show. */
const smoothingMs = 3000;
/** Without news for so long, the speed begins to fall: a stall must not look like progress. */
const patienceMs = 1000;

/** A speed, smoothed over the last seconds, from a count that only grows. */
export class SpeedMeter {
  #count: number;
  #atMs: number;
  #perSecond: number | undefined;

  constructor(count: number, nowMs: number) {
    this.#count = count;
    this.#atMs = nowMs;
  }

  /** Takes the count as it is now. */
  add(count: number, nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    if (passedMs <= 0) return;
    const current = (Math.max(0, count - this.#count) / passedMs) * 1000;
    const weight = this.#perSecond === undefined ? 1 : 1 - Math.exp(-passedMs / smoothingMs);
    this.#perSecond = (this.#perSecond ?? 0) * (1 - weight) + current * weight;
    this.#count = count;
    this.#atMs = nowMs;
  }

  /** The speed at `nowMs`; 0 until there are two counts. */
  perSecond(nowMs: number): number {
    const idleMs = Math.max(0, nowMs - this.#atMs - patienceMs);
    return (this.#perSecond ?? 0) * Math.exp(-idleMs / smoothingMs);
  }
}
