const leastCapacity = 64;
const firstCapacity = 4096;
// By four, so that a byte is moved again a third of a time on average; the room is never more than four times what came.
const growth = 4;
// Below this a loop is faster than the call that copies.
const fewBytes = 32;
const noBytes = new Uint8Array(0);

/**
 * The beginning of a frame whose end has not arrived. Room is made for what has come and at most four times that,
 * whatever was declared. A buffer is never used for a second frame, so a listener may keep what it got.
 */
export class HeldBytes {
  bytes: Uint8Array = noBytes;
  length = 0;

  /** Adds the bytes from `start` to `end` of `chunk`; `most` is what the whole can become at the longest. */
  add(chunk: Uint8Array, start: number, end: number, most: number): void {
    const count = end - start;
    if (this.bytes.length - this.length < count) this.#grow(this.length + count, most);
    const { bytes, length } = this;
    if (count < fewBytes) for (let at = 0; at < count; at++) bytes[length + at] = chunk[start + at] as number;
    else bytes.set(chunk.subarray(start, end), length);
    this.length = length + count;
  }

  addByte(byte: number, most: number): void {
    if (this.bytes.length === this.length) this.#grow(this.length + 1, most);
    this.bytes[this.length++] = byte;
  }

  /** Lets go of the buffer, which may have been given out. */
  clear(): void {
    this.bytes = noBytes;
    this.length = 0;
  }

  #grow(needed: number, most: number): void {
    const wanted = Math.min(most, Math.max(firstCapacity, needed * growth));
    const grown = new Uint8Array(Math.max(needed, wanted, leastCapacity));
    grown.set(this.length === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
