/** How long a change of speed takes to show. */
const smoothingMs = 3000;
/** Without news for so long, the speed begins to fall: a stall must not look like progress. */
const patienceMs = 1000;

/** A speed, smoothed over the last seconds, from a count that only grows. */
export class SpeedMeter {
  #count: number;
  #atMs: number;
  #perSecond = 0;
  readonly #beganMs: number;

  constructor(count: number, nowMs: number) {
    this.#count = count;
    this.#atMs = nowMs;
    this.#beganMs = nowMs;
  }

  /** Takes the count as it is now. */
  add(count: number, nowMs: number): void {
    const passedMs = nowMs - this.#atMs;
    if (passedMs <= 0) return;
    const current = (Math.max(0, count - this.#count) / passedMs) * 1000;
    // In the beginning it is the plain mean, so that the first moment does not weigh for seconds.
    const weight = Math.max(passedMs / (nowMs - this.#beganMs), 1 - Math.exp(-passedMs / smoothingMs));
    this.#perSecond += (current - this.#perSecond) * weight;
    this.#count = count;
    this.#atMs = nowMs;
  }

  /** The speed at `nowMs`; 0 until there are two counts. */
  perSecond(nowMs: number): number {
    const idleMs = Math.max(0, nowMs - this.#atMs - patienceMs);
    return this.#perSecond * Math.exp(-idleMs / smoothingMs);
  }
}
