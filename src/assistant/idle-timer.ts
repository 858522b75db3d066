/** Acts once when nothing has moved for a while. Telling it that something moved costs next to nothing. */
export class IdleTimer {
  readonly #idleMs: number;
  readonly #act: () => void;
  #movedAtMs = performance.now();
  #timer: NodeJS.Timeout;

  constructor(idleMs: number, act: () => void) {
    this.#idleMs = idleMs;
    this.#act = act;
    this.#timer = setTimeout(() => this.#look(), idleMs);
  }

  moved(): void {
    this.#movedAtMs = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const leftMs = this.#movedAtMs + this.#idleMs - performance.now();
    if (leftMs <= 0) this.#act();
    else this.#timer = setTimeout(() => this.#look(), leftMs);
  }
}
