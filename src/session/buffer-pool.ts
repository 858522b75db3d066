import { maxHeaderBytes } from "../wire/limits.js";

/** Room in front of a body in which its header is written, so that both leave as one run of bytes. */
export const headroomBytes = maxHeaderBytes;

/** Buffers that go round: what is given back is used again, so that a transfer of any length allocates a handful. */
export class BufferPool {
  readonly #size: number;
  readonly #keep: number;
  readonly #free: Uint8Array[] = [];

  /** Buffers of `size` bytes; at most `keep` of them are kept while unused. */
  constructor(size: number, keep: number) {
    this.#size = size;
    this.#keep = keep;
  }

  /** A buffer of at least `size` bytes; one above the pool's own size is made for this once. */
  take(size = this.#size): Uint8Array {
    if (size > this.#size) return new Uint8Array(size);
    return this.#free.pop() ?? new Uint8Array(this.#size);
  }

  give(buffer: Uint8Array): void {
    const whole = buffer.byteLength === buffer.buffer.byteLength ? buffer : new Uint8Array(buffer.buffer);
    if (whole.byteLength === this.#size && this.#free.length < this.#keep) this.#free.push(whole);
  }
}
