import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, frameTooLarge, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";

/*
 * D. J. Bernstein's netstrings, 1997-02-01:
 *
 * +------------------------------+-----+-----------+-----+
 * | length, decimal, no needless | ":" | the frame | "," |
 * | zero in front                |     |           |     |
 * +------------------------------+-----+-----------+-----+
 */

const zero = 0x30;
const colon = 0x3a;
const comma = 0x2c;

/** Frames as netstrings. */
export function netstringRule(limit: FrameLimit = {}): FrameRule {
  return new NetstringRule(frameLimit(limit));
}

class NetstringRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `netstring${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new NetstringDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    return String(frame.length).length + frame.length + 2;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    const digits = String(frame.length);
    for (let place = 0; place < digits.length; place++) target[at + place] = digits.charCodeAt(place);
    const start = at + digits.length + 1;
    target[start - 1] = colon;
    target.set(frame, start);
    target[start + frame.length] = comma;
    return start + frame.length + 1;
  }
}

class NetstringDecoder extends HeadDecoder {
  readonly #maxFrameBytes: number;
  #headBytes = 0;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    let length = 0;
    // It ends: without zeros in front, some more digits and the length is above the cap.
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === colon && at > start) {
        this.#headBytes = at - start + 1;
        return this.#headBytes + length + 1;
      }
      const digit = byte - zero;
      const isNeedlessZero = at > start && length === 0;
      if (digit < 0 || digit > 9 || isNeedlessZero) {
        throw new SampanError(
          "E_PROTOCOL",
          "a netstring must begin with its length, without needless zeros, and a colon",
        );
      }
      length = length * 10 + digit;
      if (length > this.#maxFrameBytes) throw frameTooLarge(length, this.#maxFrameBytes);
    }
    return -(end - start + 1);
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    if (bytes[end - 1] !== comma) throw new SampanError("E_PROTOCOL", "a netstring must end with a comma");
    onRange(bytes, start + this.#headBytes, end - 1);
  }
}
