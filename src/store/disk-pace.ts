const leastPooled = 256;
const mostPooled = 65_536;

/**
 * Decides where the next operation on a disk is done. Where it costs next to nothing (a RAM disk, the page cache, a
 * controller with a battery) that is right here, as the way through the thread pool would cost far more; elsewhere in the
 * pool, where this thread need not wait.
 *
 * One slow operation proves nothing: on a busy machine the process may have had to wait for its turn. After two in a row a
 * run of them goes to the pool, then one is tried here again; each time it is slow still, the next run is twice as long.
 */
export class DiskPace {
  readonly #fastMs: number;
  #slowInARow = 0;
  #pooled = 0;
  #nextPooled = leastPooled;

  /** An operation that takes less than `fastMs` is better done here. */
  constructor(fastMs: number) {
    this.#fastMs = fastMs;
  }

  /** Whether the next one is to be done here, and its time told to `took`. */
  here(): boolean {
    if (this.#pooled === 0) return true;
    this.#pooled--;
    return false;
  }

  took(ms: number): void {
    if (ms < this.#fastMs) {
      this.#slowInARow = 0;
      this.#nextPooled = leastPooled;
    } else if (++this.#slowInARow >= 2) {
      this.#pooled = this.#nextPooled;
      this.#nextPooled = Math.min(2 * this.#nextPooled, mostPooled);
    }
  }
}
