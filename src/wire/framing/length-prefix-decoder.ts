import { SampanError } from "../sampan-error.js";
import { frameTooLarge } from "./frame-limit.js";
import type { RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";
import { readLength } from "./length-field.js";
import type { LengthPrefixLayout } from "./length-prefix-layout.js";

/** The hot loop of most protocols: it makes no object for a frame, and its bounds are worked out beforehand. */
export class LengthPrefixDecoder extends HeadDecoder {
  readonly #layout: LengthPrefixLayout;
  readonly #maxFrameBytes: number;
  /** What a frame takes on the wire beside what its length says. */
  readonly #otherBytes: number;
  /** A length below would end the frame inside its own head. */
  readonly #lowestLength: number;
  /** A length above is negative in its signed field, or makes a frame above the cap. */
  readonly #highestLength: number;
  /** In a signed field, lengths from here on are negative numbers. */
  readonly #negativeFrom: number;

  constructor(layout: LengthPrefixLayout, maxFrameBytes: number) {
    super();
    const { width, signed, headBytes, adjust, stripBytes } = layout;
    this.#layout = layout;
    this.#maxFrameBytes = maxFrameBytes;
    this.#otherBytes = headBytes + adjust;
    this.#lowestLength = -adjust;
    this.#negativeFrom = signed ? 2 ** (8 * width - 1) : Number.POSITIVE_INFINITY;
    this.#highestLength = Math.min(maxFrameBytes + stripBytes - this.#otherBytes, this.#negativeFrom - 1);
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    const { offset, width, littleEndian, headBytes } = this.#layout;
    if (end - start < headBytes) return -headBytes;
    const length = readLength(bytes, start + offset, width, littleEndian);
    if (length < this.#lowestLength || length > this.#highestLength) this.#refuse(length);
    return this.#otherBytes + length;
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start + this.#layout.stripBytes, end);
  }

  protected override giveWhole(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    const { offset, width, littleEndian, headBytes, stripBytes } = this.#layout;
    const otherBytes = this.#otherBytes;
    const lowest = this.#lowestLength;
    const highest = this.#highestLength;
    const lastHead = chunk.length - headBytes;
    let at = from;
    while (at <= lastHead) {
      const length = readLength(chunk, at + offset, width, littleEndian);
      if (length < lowest || length > highest) this.#refuse(length);
      const next = at + otherBytes + length;
      if (next > chunk.length) break;
      onRange(chunk, at + stripBytes, next);
      at = next;
    }
    return at;
  }

  #refuse(length: number): never {
    const { width, adjust, stripBytes } = this.#layout;
    if (length >= this.#negativeFrom) {
      // Of 8 bytes the last digits are lost, and -1 would read as 0.
      const value = width === 8 ? "below 0" : length - 2 ** (8 * width);
      throw new SampanError("E_PROTOCOL", `a frame declares a length of ${value}: it cannot be negative`);
    }
    if (length < this.#lowestLength) {
      const why = `with adjust=${adjust} it would end inside its own head`;
      throw new SampanError("E_PROTOCOL", `a frame declares a length of ${length}: ${why}`);
    }
    throw frameTooLarge(this.#otherBytes + length - stripBytes, this.#maxFrameBytes);
  }
}
