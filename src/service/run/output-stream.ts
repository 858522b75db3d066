import { Readable } from "node:stream";
import type { SampanError } from "../../wire/sampan-error.js";

/** Output of a command as a stream. What its reader has not asked for waits here, and the window bounds how much that is. */
export class OutputStream extends Readable {
  readonly #waiting: { readonly bytes: Uint8Array; readonly done: () => void }[] = [];
  #wanted = false;
  #over = false;

  constructor() {
    super({ highWaterMark: 64 * 1024 });
    // Whoever awaits the result hears of the error there; nobody has to listen on each stream as well.
    this.on("error", () => {});
  }

  /** `done` is called when the bytes have gone to the reader. */
  accept(bytes: Uint8Array, done: () => void): void {
    // A reader that has gone away must not hold up the command.
    if (this.destroyed) return done();
    this.#waiting.push({ bytes, done });
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
    for (const waiting of this.#waiting.splice(0)) waiting.done();
    done(error);
  }

  #give(): void {
    while (this.#wanted) {
      const next = this.#waiting.shift();
      if (!next) break;
      const { bytes, done } = next;
      done();
      this.#wanted = this.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    if (this.#over && this.#waiting.length === 0 && !this.readableEnded) this.push(null);
  }
}
