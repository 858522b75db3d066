/** Sends that a clock sets off: at once, then every `intervalMs`, `count` times in all. */
export class TimedSends {
  readonly #running = new Map<number, { timer: NodeJS.Timeout; ended: () => void }>();
  #lastKey = 0;

  /**
   * Fulfilled after the last call, or when stopped. `fire` is not called while the call before it is still waiting: a
   * peer that does not read makes it slower, not the queue longer. `about` is the connection whose end ends it, and
   * which has one such clock at most.
   */
  start(intervalMs: number, count: number, fire: () => Promise<void>, about?: number): Promise<void> {
    const key = about ?? --this.#lastKey;
    this.stop(key);
    return new Promise<void>((resolve) => {
      let left = count;
      let busy = false;
      const timer = setInterval(() => void tick(), intervalMs);
      const entry = { timer, ended: resolve };
      this.#running.set(key, entry);
      const tick = async (): Promise<void> => {
        if (busy || this.#running.get(key) !== entry) return;
        busy = true;
        left--;
        await fire();
        busy = false;
        if (left <= 0 && this.#running.get(key) === entry) this.stop(key);
      };
      void tick();
    });
  }

  get running(): number {
    return this.#running.size;
  }

  stop(key: number): void {
    const entry = this.#running.get(key);
    if (entry === undefined) return;
    clearInterval(entry.timer);
    this.#running.delete(key);
    entry.ended();
  }

  stopAll(): void {
    for (const key of [...this.#running.keys()]) this.stop(key);
  }
}
