import type { Writable } from "node:stream";
import { LentBuffers } from "./lent-buffers.js";

const bufferBytes = 256 * 1024;

/** So much may wait for a slow reader; above it the peer is held up. */
const maxQueuedBytes = 1024 * 1024;

/** Standard output. It lends the memory that is read into, so that a chunk is not copied on its way. */
export class PipeOutput {
  /** Called when a chunk has been taken by whoever reads the output. */
  onTaken: () => void = () => {};
  readonly #stream: Writable;
  readonly #buffers = new LentBuffers(bufferBytes);
  #lent = this.#buffers.take();

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  get queuedBytes(): number {
    return this.#stream.writableLength;
  }

  get isFull(): boolean {
    return this.queuedBytes > maxQueuedBytes;
  }

  /** Where the next chunk should be read to. */
  room(): Uint8Array {
    return this.#lent;
  }

  write(bytes: Uint8Array): void {
    const lent = this.#lent;
    const isLent = bytes.buffer === lent.buffer;
    // What stands elsewhere may be overwritten by the next read.
    let waits = true;
    this.#stream.write(isLent ? bytes : Uint8Array.from(bytes), () => {
      if (isLent && waits) this.#buffers.give(lent);
      this.onTaken();
    });
    // Written at once, as files are and pipes with room: the same memory can be read into again.
    waits = this.#stream.writableLength > 0;
    if (isLent && waits) this.#lent = this.#buffers.take();
  }

  /** Fulfilled when all of it has been taken. */
  async flushed(): Promise<void> {
    if (this.queuedBytes > 0) await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}
