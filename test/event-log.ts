/** What happened, in words, and a way to wait for it. */
export class EventLog {
  readonly log: string[] = [];
  readonly #waiters = new Set<() => void>();

  /** Waits until `holds`; it is asked after each event. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
    });
  }

  untilNoted(line: string): Promise<void> {
    return this.until(() => this.log.includes(line));
  }

  protected note(line: string): void {
    this.log.push(line);
    for (const look of this.#waiters) look();
  }
}
