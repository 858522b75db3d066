/**
 * How much may be done without a pause in one turn of the event loop: whoever asks for one block after another would
 * otherwise keep everybody else waiting, as what is done at once gives nobody else a turn.
 */
export class TurnBudget {
  readonly #bytes: number;
  #left: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#left = bytes;
  }

  /** Whether so many bytes more are within the budget of this turn. */
  take(bytes: number): boolean {
    if (this.#left < bytes) return false;
    if (this.#left === this.#bytes) {
      setImmediate(() => {
        this.#left = this.#bytes;
      });
    }
    this.#left -= bytes;
    return true;
  }
}
