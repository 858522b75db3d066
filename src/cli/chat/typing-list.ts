/** Somebody who has not told of typing for so long has stopped. */
const typingMs = 5000;

/** Who is typing just now. */
export class TypingList {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get names(): string[] {
    return [...this.#timers.keys()];
  }

  add(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => this.remove(name), typingMs),
    );
    this.#onChange();
  }

  /** They have said it, or left. */
  remove(name: string): void {
    clearTimeout(this.#timers.get(name));
    if (this.#timers.delete(name)) this.#onChange();
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
