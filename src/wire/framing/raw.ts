import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

/** No framing: each chunk is a frame as it was read, empty ones left out. What two ends see differs. */
export function rawRule(limit: FrameLimit = {}): FrameRule {
  return new RawRule(frameLimit(limit));
}

class RawRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `raw${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new RawDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    return frame.length;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    target.set(frame, at);
    return at + frame.length;
  }
}

class RawDecoder extends StreamCutter {
  readonly #maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    checkFrameLength(chunk, this.#maxFrameBytes);
    if (chunk.length > 0) onRange(chunk, 0, chunk.length);
  }
}
