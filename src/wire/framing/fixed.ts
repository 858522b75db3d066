import { SampanError } from "../sampan-error.js";
import { checkRoom, frameLimit } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";

/** Frames that all have `frameBytes` bytes, with nothing between them. */
export function fixedRule(frameBytes: number): FrameRule {
  return new FixedRule(frameLimit({ maxFrameBytes: frameBytes }));
}

class FixedRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(frameBytes: number) {
    this.maxFrameBytes = frameBytes;
    this.text = `fixed=${frameBytes}`;
  }

  decoder(): FrameDecoder {
    return new FixedDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    if (frame.length === this.maxFrameBytes) return frame.length;
    throw new SampanError("E_USAGE", `a frame of ${frame.length} bytes; with ${this.text} each has that many`);
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    const bytes = this.encodedLength(frame);
    checkRoom(target, at, bytes);
    target.set(frame, at);
    return at + bytes;
  }
}

class FixedDecoder extends HeadDecoder {
  readonly #frameBytes: number;

  constructor(frameBytes: number) {
    super();
    this.#frameBytes = frameBytes;
  }

  protected measure(): number {
    return this.#frameBytes;
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start, end);
  }
}
