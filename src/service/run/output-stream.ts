import { Readable } from "node:stream";
import type { SampanError } from "../../wire/sampan-error.js";

/** Output of a command as a stream. What its reader has not asked for waits here, and the window bounds how much that is. */
export class OutputStream extends Readable {
  readonly #taken: (bytes: number) => void;
  readonly #waiting: Uint8Array[] = [];
  #wanted = false;
  #over = false;

  constructor(taken: (bytes: number) => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#taken = taken;
    // Whoever awaits the result hears of the error there; nobody has to listen on each stream as well.
    this.on("error", () => {});
  }

  accept(bytes: Uint8Array): void {
    // A reader that has gone away must not hold up the command.
    if (this.destroyed) return this.#taken(bytes.length);
    this.#waiting.push(bytes);
    if (this.#wanted) this.#give();
  }

  finish(error: SampanError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    if (error) this.destroy(error);
    else if (this.#wanted) this.#give();
  }

  override _read(): void {
    this.#wanted = true;
    this.#give();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const bytes of this.#waiting.splice(0)) this.#taken(bytes.length);
    done(error);
  }

  #give(): void {
    while (this.#wanted) {
      const bytes = this.#waiting.shift();
      if (!bytes) break;
      this.#taken(bytes.length);
      this.#wanted = this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    if (this.#over && this.#waiting.length === 0 && !this.readableEnded) this.push(null);
  }
}
