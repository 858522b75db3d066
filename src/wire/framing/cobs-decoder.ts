import { SampanError } from "../sampan-error.js";
import { frameEndless } from "./frame-limit.js";
import type { RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

/** Decodes COBS. A frame of one block is handed out where it lies. */
export class CobsDecoder extends StreamCutter {
  readonly #maxFrameBytes: number;
  /** Bytes of the block under way that have not come; with 0 a code, or the end, is next. */
  #left = 0;
  /** A frame has been begun: its first code is here. */
  #isInside = false;
  /** A zero stands between the block before and the next one, if there is one. */
  #zeroNext = false;

  constructor(maxFrameBytes: number) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected override get pendingBytes(): number {
    return this.#isInside ? 1 : 0;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) at = this.#addBlock(chunk, at);
      else if (chunk[at] === 0) {
        this.#giveHeld(onRange);
        at++;
      } else if (this.#isInside) this.#beginBlock(chunk[at++] as number);
      else at = this.#beginFrame(chunk, at, onRange);
    }
  }

  /** Reads the first code; a frame that is one block, all of it here, is handed out at once. */
  #beginFrame(chunk: Uint8Array, at: number, onRange: RangeListener): number {
    const code = chunk[at] as number;
    const start = at + 1;
    const end = at + code;
    if (end < chunk.length && chunk[end] === 0 && !hasZero(chunk, start, end)) {
      if (end - start > this.#maxFrameBytes) throw frameEndless(this.#maxFrameBytes);
      onRange(chunk, start, end);
      return end + 1;
    }
    this.#isInside = true;
    this.#beginBlock(code);
    return start;
  }

  #beginBlock(code: number): void {
    if (this.#zeroNext) {
      this.#checkLength(1);
      this.held.addByte(0, this.#maxFrameBytes);
    }
    this.#left = code - 1;
    this.#zeroNext = code < 255;
    this.#checkLength(this.#left);
  }

  #addBlock(chunk: Uint8Array, start: number): number {
    const end = Math.min(chunk.length, start + this.#left);
    if (hasZero(chunk, start, end)) {
      throw new SampanError(
        "E_PROTOCOL",
        "a cobs frame ended inside a block: its code counts more bytes than there are",
      );
    }
    this.held.add(chunk, start, end, this.#maxFrameBytes);
    this.#left -= end - start;
    return end;
  }

  /** At a zero: the frame is whole, if one has been begun; zeros between frames mean nothing. */
  #giveHeld(onRange: RangeListener): void {
    if (!this.#isInside) return;
    const { bytes, length } = this.held;
    this.held.clear();
    this.#isInside = false;
    this.#zeroNext = false;
    onRange(bytes, 0, length);
  }

  #checkLength(more: number): void {
    if (this.held.length + more > this.#maxFrameBytes) throw frameEndless(this.#maxFrameBytes);
  }
}

function hasZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0) return true;
  return false;
}
