/**
 * How many files may be open at once. Whoever wants to open some takes places for as many as there are, one at least, and
 * waits in turn where there is none.
 */
export class OpenPlaces {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** How many of `wanted` places are taken now; a promise only where nothing is free. */
  take(wanted: number): number | Promise<number> {
    if (this.#free > 0 && this.#waiting.length === 0) return this.#takeFree(wanted);
    return new Promise((resolve) => this.#waiting.push(() => resolve(this.#takeFree(wanted))));
  }

  give(count: number): void {
    this.#free += count;
    while (this.#free > 0 && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  #takeFree(wanted: number): number {
    const taken = Math.min(wanted, this.#free);
    this.#free -= taken;
    return taken;
  }
}
