import fs from "node:fs";

const firstWaitMs = 1;
const longestWaitMs = 32;

/**
 * Writes into the master's side of a terminal, as much as it takes at a time. (Node's own streams spin until such a
 * descriptor takes all.) When it takes no more, as a program does not read, there is nothing to wait on: it is tried
 * again by a timer, and whenever the program has printed something.
 */
export class TerminalInput {
  readonly #fd: number;
  readonly #queue: { bytes: Uint8Array; taken: () => void }[] = [];
  #waitMs = firstWaitMs;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Uint8Array, taken: () => void): void {
    this.#queue.push({ bytes, taken });
    if (this.#queue.length === 1) this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    while (!this.#closed) {
      const first = this.#queue[0];
      if (first === undefined) return;
      const count = this.#writeSome(first.bytes);
      if (count > 0) this.#waitMs = firstWaitMs;
      if (count < first.bytes.length) {
        first.bytes = first.bytes.subarray(count);
        this.#timer = setTimeout(() => this.flush(), this.#waitMs);
        this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
        return;
      }
      this.#queue.shift();
      first.taken();
    }
  }

  /** What was not taken is dropped. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { taken } of this.#queue.splice(0)) taken();
  }

  #writeSome(bytes: Uint8Array): number {
    try {
      return fs.writeSync(this.#fd, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") return 0;
      // The terminal is gone: the exit tells the rest.
      return bytes.length;
    }
  }
}
