import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, frameLimit } from "./frame-limit.js";
import type { FrameDecoder, FrameRule } from "./frame-rule.js";
import { writeLength } from "./length-field.js";
import { LengthPrefixDecoder } from "./length-prefix-decoder.js";
import { type LengthPrefixLayout, type LengthPrefixOptions, lengthPrefixLayout } from "./length-prefix-layout.js";

/*
 * A frame on the wire:
 *
 *   |<---- offset ---->|<- width ->|
 *   +------------------+-----------+---------------------+
 *   | anything         | length    | the rest            |
 *   +------------------+-----------+---------------------+
 *                                  |<- length + adjust ->|
 *   |<---- strip: bytes that the decoder drops (all of the head, if not told otherwise)
 */

/** Frames that say in a number of fixed width how long they are. E_USAGE for a layout that cannot be. */
export function lengthPrefixRule(options: LengthPrefixOptions): FrameRule {
  return new LengthPrefixRule(lengthPrefixLayout(options), frameLimit(options));
}

class LengthPrefixRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;
  readonly #layout: LengthPrefixLayout;

  constructor(layout: LengthPrefixLayout, maxFrameBytes: number) {
    this.#layout = layout;
    this.maxFrameBytes = maxFrameBytes;
    this.text = layout.text(maxFrameBytes);
  }

  decoder(): FrameDecoder {
    return new LengthPrefixDecoder(this.#layout, this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    const bytes = this.#layout.stripBytes + frame.length;
    this.#lengthIn(bytes);
    return bytes;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    const { offset, width, littleEndian, prefix, stripBytes } = this.#layout;
    checkFrameLength(frame, this.maxFrameBytes);
    const bytes = stripBytes + frame.length;
    const length = this.#lengthIn(bytes);
    checkRoom(target, at, bytes);
    // What is stripped comes from here, the rest of the head from the frame; of both the length is written anew.
    for (let place = 0; place < stripBytes && place < offset; place++) target[at + place] = prefix[place] ?? 0;
    target.set(frame, at + stripBytes);
    writeLength(target, at + offset, width, littleEndian, length);
    return at + bytes;
  }

  /** The number in the length field of a frame that takes `bytes` on the wire. */
  #lengthIn(bytes: number): number {
    const { headBytes, adjust, highestLength, stripBytes } = this.#layout;
    if (bytes < headBytes) {
      const why = `the rule strips ${stripBytes} of ${headBytes} bytes of head, so the others are the frame's first`;
      throw new SampanError("E_USAGE", `a frame must have at least ${headBytes - stripBytes} bytes: ${why}`);
    }
    const length = bytes - headBytes - adjust;
    if (length < 0) {
      throw new SampanError(
        "E_USAGE",
        `the length would be ${length}: a frame needs ${-length} bytes more (${this.text})`,
      );
    }
    if (length > highestLength) {
      throw new SampanError("E_TOO_LARGE", `the length ${length} does not fit its field; the most is ${highestLength}`);
    }
    return length;
  }
}
