import { maxBodyBytes, maxHeaderBytes } from "../limits.js";
import { parseHeader, prefixBytes } from "../message.js";
import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, frameTooLarge, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";
import { readLength } from "./length-field.js";
import { checkWholeFrame } from "./whole-frame.js";

/** The largest message there is. */
const byDefault = prefixBytes + maxHeaderBytes + maxBodyBytes;

/** sampan's own messages (see message.ts), whole: length, header and body. Headers are checked as sampan checks them. */
export function sampanRule(limit: FrameLimit = {}): FrameRule {
  return new SampanRule(frameLimit(limit, byDefault));
}

class SampanRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `sampan${limitText(maxFrameBytes, byDefault)}`;
  }

  decoder(): FrameDecoder {
    return new SampanDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    checkWholeFrame(frame, "sampan", () => messageBytes(frame, 0, frame.length, this.maxFrameBytes));
    return frame.length;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    target.set(frame, at);
    return at + frame.length;
  }
}

class SampanDecoder extends HeadDecoder {
  readonly #maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    return messageBytes(bytes, start, end, this.#maxFrameBytes);
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start, end);
  }
}

/** The bytes of the message at `start`; negative: so many must be there before that can be told. */
function messageBytes(bytes: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
  if (end - start < prefixBytes) return -prefixBytes;
  const headerBytes = readLength(bytes, start, prefixBytes, false);
  if (headerBytes === 0) throw new SampanError("E_PROTOCOL", "the header is empty");
  if (headerBytes > maxHeaderBytes) {
    throw new SampanError("E_TOO_LARGE", `the header has ${headerBytes} bytes; the most is ${maxHeaderBytes}`);
  }
  const headBytes = prefixBytes + headerBytes;
  if (headBytes > maxFrameBytes) throw frameTooLarge(headBytes, maxFrameBytes);
  if (headBytes > end - start) return -headBytes;
  const header = parseHeader(bytes.subarray(start + prefixBytes, start + headBytes));
  const count = headBytes + (header.size ?? 0);
  if (count > maxFrameBytes) throw frameTooLarge(count, maxFrameBytes);
  return count;
}
