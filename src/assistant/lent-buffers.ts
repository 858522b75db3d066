/** Buffers of one size that go round: lent, and given back when nobody reads in them any more. */
export class LentBuffers {
  readonly bytes: number;
  readonly #free: Uint8Array[] = [];

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  take(): Uint8Array {
    // Memory of its own, and not a part of Node's pool: so it is known again by its ArrayBuffer.
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  give(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
