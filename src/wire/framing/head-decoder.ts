import type { RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

/** Decodes frames whose head tells where they end. */
export abstract class HeadDecoder extends StreamCutter {
  /** Bytes from the frame's start that must be here to go on: of its head, or all of it once that is known. */
  #wanted = 1;
  #isMeasured = false;

  /**
   * The bytes that the frame takes on the wire, told from its head at `start`. While `bytes` ends (at `end`) before that
   * can be told: the number of bytes that must be there before asking again, as a negative number.
   */
  protected abstract measure(bytes: Uint8Array, start: number, end: number): number;

  /** Hands out the frame that lies from `start` to `end` of `bytes`, the one that was measured last. */
  protected abstract give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void;

  /** Hands out all frames that lie whole in `chunk` from `at`; returns where the first unfinished one begins. */
  protected giveWhole(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    let at = from;
    while (at < chunk.length) {
      const bytes = this.measure(chunk, at, chunk.length);
      if (bytes <= 0 || bytes > chunk.length - at) break;
      this.give(chunk, at, at + bytes, onRange);
      at += bytes;
    }
    return at;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    let at = this.held.length > 0 ? this.#goOn(chunk, 0, onRange) : 0;
    if (at === chunk.length) return;
    at = this.giveWhole(chunk, at, onRange);
    if (at < chunk.length) this.#begin(chunk, at, onRange);
  }

  #begin(chunk: Uint8Array, at: number, onRange: RangeListener): void {
    this.#wanted = 1;
    this.#isMeasured = false;
    this.#goOn(chunk, at, onRange);
  }

  /** Adds to the held frame until it is whole or `chunk` used up; returns how far it came. */
  #goOn(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    const { held } = this;
    let at = from;
    for (;;) {
      const count = Math.min(this.#wanted - held.length, chunk.length - at);
      held.add(chunk, at, at + count, this.#wanted);
      at += count;
      if (held.length < this.#wanted) return at;
      if (this.#isMeasured) break;
      const bytes = this.measure(held.bytes, 0, held.length);
      this.#isMeasured = bytes > 0;
      this.#wanted = Math.abs(bytes);
    }
    const { bytes, length } = held;
    held.clear();
    this.give(bytes, 0, length, onRange);
    return at;
  }
}
