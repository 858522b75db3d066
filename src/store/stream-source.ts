import type { Readable } from "node:stream";
import type { Cancellation, SourceFile, SourceTree } from "../session/ports.js";
import type { FileEntry } from "../wire/entry.js";
import type { FilterRule } from "../wire/filter.js";
import { SampanError } from "../wire/sampan-error.js";
import { fileError } from "./file-error.js";
import { type Found, throwIfAborted } from "./tree-walk.js";

const shown = "the input stream";

/** A stream as a source: one file of unknown length, which can be read once, in order. */
export function streamSource(readable: Readable): SourceTree {
  return new StreamSource(readable);
}

class StreamSource implements SourceTree {
  readonly #readable: Readable;
  readonly #mtime = Date.now() * 1000;
  #isOpen = false;

  constructor(readable: Readable) {
    this.#readable = readable;
  }

  async *walk(_filter: readonly FilterRule[], signal: Cancellation): AsyncGenerator<Found[]> {
    throwIfAborted(signal);
    // Without a version: what comes out of a stream a second time need not be what came out first.
    yield [{ type: "file", path: "", mode: 0o644, mtime: this.#mtime, bytes: undefined, version: "" }];
  }

  readSmall(): number {
    throw new SampanError("E_BUG", "a stream is not a small file");
  }

  async open(_entry: FileEntry): Promise<SourceFile> {
    if (this.#isOpen) throw new SampanError("E_SOURCE_CHANGED", "a stream can be read only once; start it again");
    this.#isOpen = true;
    return new StreamFile(this.#readable);
  }

  close(): void {
    this.#readable.destroy();
  }
}

class StreamFile implements SourceFile {
  readonly #readable: Readable;
  readonly #chunks: AsyncIterator<Uint8Array | string>;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(readable: Readable) {
    this.#readable = readable;
    this.#chunks = readable[Symbol.asyncIterator]();
  }

  /** Reads that are asked for at once are served one after the other. */
  read(into: Uint8Array, position: number): Promise<number> {
    const reading = this.#last.then(() => this.#read(into, position));
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  async #read(into: Uint8Array, position: number): Promise<number> {
    if (position !== this.#position) {
      throw new SampanError("E_SOURCE_CHANGED", `a stream cannot be read again from byte ${position}; start it again`);
    }
    let filled = 0;
    while (filled < into.length) {
      if (this.#rest.length === 0 && !(await this.#next())) break;
      const part = this.#rest.subarray(0, into.length - filled);
      into.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    this.#position += filled;
    return filled;
  }

  async #next(): Promise<boolean> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#rest = typeof value === "string" ? Buffer.from(value) : value;
      return true;
    } catch (error) {
      throw fileError(error, "read", shown);
    }
  }

  async check(): Promise<void> {}

  close(): void {
    this.#readable.destroy();
  }
}
