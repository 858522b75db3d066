/** The last bytes of an endless stream, each known by its position from the beginning. */
export class OutputRing {
  readonly capacity: number;
  readonly #bytes: Uint8Array;
  #end = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#bytes = new Uint8Array(capacity);
  }

  /** The position of the oldest byte that is still here. */
  get start(): number {
    return Math.max(0, this.#end - this.capacity);
  }

  /** The position after the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    const kept = bytes.length > this.capacity ? bytes.subarray(bytes.length - this.capacity) : bytes;
    const at = (this.#end + bytes.length - kept.length) % this.capacity;
    const first = Math.min(kept.length, this.capacity - at);
    this.#bytes.set(kept.subarray(0, first), at);
    this.#bytes.set(kept.subarray(first), 0);
    this.#end += bytes.length;
  }

  has(position: number): boolean {
    return position >= this.start && position <= this.#end;
  }

  /** A copy of at most `most` bytes from `position`, which must be here. */
  read(position: number, most: number): Uint8Array {
    const length = Math.min(most, this.#end - position);
    const at = position % this.capacity;
    const first = Math.min(length, this.capacity - at);
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(at, at + first));
    copy.set(this.#bytes.subarray(0, length - first), first);
    return copy;
  }
}
