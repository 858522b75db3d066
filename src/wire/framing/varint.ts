import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, frameTooLarge, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";

/*
 * +----------------------------------------+------------+
 * | LEB128 length, 1 to 5 bytes: seven     | the frame  |
 * | bits each, the lowest first, the top   |            |
 * | bit set in all but the last            |            |
 * +----------------------------------------+------------+
 */

const mostLengthBytes = 5;

/** Frames with their length in front as a varint, as Protocol Buffers' "delimited" messages have it. */
export function varintRule(limit: FrameLimit = {}): FrameRule {
  return new VarintRule(frameLimit(limit));
}

class VarintRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `varint${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new VarintDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    let bytes = 1;
    for (let rest = frame.length; rest > 127; rest = Math.floor(rest / 128)) bytes++;
    return bytes + frame.length;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    let place = at;
    let rest = frame.length;
    for (; rest > 127; rest = Math.floor(rest / 128)) target[place++] = (rest % 128) + 128;
    target[place++] = rest;
    target.set(frame, place);
    return place + frame.length;
  }
}

class VarintDecoder extends HeadDecoder {
  readonly #maxFrameBytes: number;
  #lengthBytes = 0;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    let length = 0;
    let unit = 1;
    for (let count = 1; count <= mostLengthBytes; count++) {
      if (start + count > end) return -count;
      const byte = bytes[start + count - 1] as number;
      length += (byte & 0x7f) * unit;
      unit *= 128;
      if (byte < 0x80) {
        if (byte === 0 && count > 1) {
          throw new SampanError("E_PROTOCOL", `a length of ${length} is written in ${count} bytes, which is too many`);
        }
        if (length > this.#maxFrameBytes) throw frameTooLarge(length, this.#maxFrameBytes);
        this.#lengthBytes = count;
        return count + length;
      }
    }
    throw new SampanError("E_PROTOCOL", `a length has not ended after ${mostLengthBytes} bytes`);
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start + this.#lengthBytes, end);
  }
}
