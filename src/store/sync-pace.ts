const fastMs = 0.5;
const leastPooled = 256;
const mostPooled = 65_536;

/**
 * Decides where the next sync is done. Where it costs next to nothing (a RAM disk, a controller with a battery) that is
 * right here, as the way through the thread pool would cost far more; elsewhere in the pool, many side by side.
 *
 * One slow sync proves nothing: on a busy machine the process may have had to wait for its turn. After two in a row a
 * run of syncs goes to the pool, then one is tried here again; each time it is slow still, the next run is twice as long.
 */
export class SyncPace {
  #slowInARow = 0;
  #pooled = 0;
  #nextPooled = leastPooled;

  /** Whether the next sync is to be done here, and its time told to `took`. */
  here(): boolean {
    if (this.#pooled === 0) return true;
    this.#pooled--;
    return false;
  }

  took(ms: number): void {
    if (ms < fastMs) {
      this.#slowInARow = 0;
      this.#nextPooled = leastPooled;
    } else if (++this.#slowInARow >= 2) {
      this.#pooled = this.#nextPooled;
      this.#nextPooled = Math.min(2 * this.#nextPooled, mostPooled);
    }
  }
}
