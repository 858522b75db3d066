import { SampanError } from "../sampan-error.js";
import { frameTooLarge } from "./frame-limit.js";
import type { RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";
import { type LengthWidth, readLength } from "./length-field.js";
import type { LengthPrefixLayout } from "./length-prefix-layout.js";

/** The hot loop of most protocols: its settings are plain fields, and it makes no object for a frame. */
export class LengthPrefixDecoder extends HeadDecoder {
  readonly #width: LengthWidth;
  readonly #littleEndian: boolean;
  readonly #offset: number;
  readonly #adjust: number;
  readonly #headBytes: number;
  readonly #stripBytes: number;
  readonly #maxFrameBytes: number;
  /** In a signed field, lengths from here on are negative numbers. */
  readonly #negativeFrom: number;

  constructor(layout: LengthPrefixLayout, maxFrameBytes: number) {
    super();
    this.#width = layout.width;
    this.#littleEndian = layout.littleEndian;
    this.#offset = layout.offset;
    this.#adjust = layout.adjust;
    this.#headBytes = layout.headBytes;
    this.#stripBytes = layout.stripBytes;
    this.#maxFrameBytes = maxFrameBytes;
    this.#negativeFrom = layout.signed ? 2 ** (8 * layout.width - 1) : Number.POSITIVE_INFINITY;
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < this.#headBytes) return -this.#headBytes;
    return this.#bytesOf(bytes, start);
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start + this.#stripBytes, end);
  }

  protected override giveWhole(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    const headBytes = this.#headBytes;
    const stripBytes = this.#stripBytes;
    const end = chunk.length;
    let at = from;
    while (end - at >= headBytes) {
      const next = at + this.#bytesOf(chunk, at);
      if (next > end) break;
      onRange(chunk, at + stripBytes, next);
      at = next;
    }
    return at;
  }

  /** The bytes on the wire of the frame that begins at `start`, whose head is there. */
  #bytesOf(bytes: Uint8Array, start: number): number {
    const length = readLength(bytes, start + this.#offset, this.#width, this.#littleEndian);
    const onWire = this.#headBytes + length + this.#adjust;
    const isSound = length < this.#negativeFrom && onWire >= this.#headBytes;
    if (!isSound || onWire - this.#stripBytes > this.#maxFrameBytes) this.#refuse(length, onWire);
    return onWire;
  }

  #refuse(length: number, onWire: number): never {
    if (length >= this.#negativeFrom) {
      // Of 8 bytes the last digits are lost, and -1 would read as 0.
      const value = this.#width === 8 ? "below 0" : length - 2 ** (8 * this.#width);
      throw new SampanError("E_PROTOCOL", `a frame declares a length of ${value}: it cannot be negative`);
    }
    if (onWire < this.#headBytes) {
      const why = `with adjust=${this.#adjust} it would end inside its own head`;
      throw new SampanError("E_PROTOCOL", `a frame declares a length of ${length}: ${why}`);
    }
    throw frameTooLarge(onWire - this.#stripBytes, this.#maxFrameBytes);
  }
}
