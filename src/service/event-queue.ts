/** Events on their way to whoever iterates; without a reader only the newest are kept. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  readonly #mostWaiting: number;
  #waiting: Event[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  #isRead = false;

  constructor(mostWaiting = 10_000) {
    this.#mostWaiting = mostWaiting;
  }

  push(event: Event): void {
    this.#waiting.push(event);
    if (!this.#isRead && this.#waiting.length > this.#mostWaiting)
      this.#waiting = this.#waiting.slice(this.#mostWaiting / 2);
    this.#wake?.();
  }

  end(): void {
    this.#over = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    this.#isRead = true;
    for (;;) {
      const events = this.#waiting;
      this.#waiting = [];
      yield* events;
      if (this.#waiting.length > 0) continue;
      if (this.#over) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
