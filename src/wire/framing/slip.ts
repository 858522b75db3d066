import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameEndless, frameLimit, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

/*
 * RFC 1055: END (c0) in front of and behind each frame; in it c0 is written db dc, and db is written db dd. What lies
 * between two ENDs and is empty is no frame.
 */

const end = 0xc0;
const escape = 0xdb;
const escapedEnd = 0xdc;
const escapedEscape = 0xdd;

/** Frames as on a serial line (SLIP). Empty ones cannot be carried. */
export function slipRule(limit: FrameLimit = {}): FrameRule {
  return new SlipRule(frameLimit(limit));
}

class SlipRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `slip${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new SlipDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    if (frame.length === 0) throw new SampanError("E_USAGE", "slip cannot carry an empty frame");
    let bytes = frame.length + 2;
    for (const byte of frame) if (byte === end || byte === escape) bytes++;
    return bytes;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    let place = at;
    target[place++] = end;
    for (const byte of frame) {
      if (byte === end || byte === escape) {
        target[place++] = escape;
        target[place++] = byte === end ? escapedEnd : escapedEscape;
      } else target[place++] = byte;
    }
    target[place++] = end;
    return place;
  }
}

class SlipDecoder extends StreamCutter {
  readonly #maxFrameBytes: number;
  #isEscaping = false;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected override get pendingBytes(): number {
    return this.#isEscaping ? 1 : 0;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    const { held } = this;
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#isEscaping) {
        this.#unescape(byte);
        start = at + 1;
      } else if (byte === escape) {
        this.#hold(chunk, start, at);
        this.#isEscaping = true;
      } else if (byte === end) {
        if (held.length === 0) this.#checkLength(at - start);
        else this.#hold(chunk, start, at);
        const { bytes, length } = held;
        held.clear();
        if (length > 0) onRange(bytes, 0, length);
        else if (at > start) onRange(chunk, start, at);
        start = at + 1;
      }
    }
    if (!this.#isEscaping) this.#hold(chunk, start, chunk.length);
  }

  #unescape(byte: number): void {
    if (byte !== escapedEnd && byte !== escapedEscape) {
      throw new SampanError("E_PROTOCOL", "in slip db must be followed by dc or dd");
    }
    this.held.addByte(byte === escapedEnd ? end : escape, this.#maxFrameBytes);
    this.#isEscaping = false;
  }

  #hold(chunk: Uint8Array, start: number, stop: number): void {
    this.#checkLength(stop - start);
    this.held.add(chunk, start, stop, this.#maxFrameBytes);
  }

  #checkLength(more: number): void {
    if (this.held.length + more > this.#maxFrameBytes) throw frameEndless(this.#maxFrameBytes);
  }
}
