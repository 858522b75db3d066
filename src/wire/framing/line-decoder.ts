import { frameEndless, frameTooLarge } from "./frame-limit.js";
import type { RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

const lf = 0x0a;
const cr = 0x0d;

/** Decodes lines that end with LF or CRLF. */
export class LineDecoder extends StreamCutter {
  readonly #maxFrameBytes: number;
  readonly #skipsBlank: boolean;

  constructor(maxFrameBytes: number, skipsBlank: boolean) {
    super();
    this.#maxFrameBytes = maxFrameBytes;
    this.#skipsBlank = skipsBlank;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    const { held } = this;
    const end = chunk.length;
    let start = 0;
    for (let at = 0; at < end; at++) {
      if (chunk[at] !== lf) continue;
      if (held.length === 0) this.#give(chunk, start, at, onRange);
      else {
        this.#hold(chunk, start, at);
        const { bytes, length } = held;
        held.clear();
        this.#give(bytes, 0, length, onRange);
      }
      start = at + 1;
    }
    if (start < end) this.#hold(chunk, start, end);
  }

  protected override finish(onRange: RangeListener): void {
    const { bytes, length } = this.held;
    if (length > this.#maxFrameBytes) throw frameTooLarge(length, this.#maxFrameBytes);
    if (length > 0 && !(this.#skipsBlank && isBlank(bytes, 0, length))) onRange(bytes, 0, length);
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.held.length + end - start;
    const last = end > start ? chunk[end - 1] : this.held.bytes[length - 1];
    // One byte more may turn out to be half of the line's end.
    const most = this.#maxFrameBytes + (last === cr ? 1 : 0);
    if (length > most) throw frameEndless(this.#maxFrameBytes);
    this.held.add(chunk, start, end, this.#maxFrameBytes + 1);
  }

  #give(bytes: Uint8Array, start: number, lineEnd: number, onRange: RangeListener): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === cr ? lineEnd - 1 : lineEnd;
    if (end - start > this.#maxFrameBytes) throw frameTooLarge(end - start, this.#maxFrameBytes);
    if (this.#skipsBlank && isBlank(bytes, start, end)) return;
    onRange(bytes, start, end);
  }
}

/** Whether there is nothing but white space. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== cr) return false;
  }
  return true;
}
