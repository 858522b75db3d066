import type { DelimiterTrie } from "./delimiter-trie.js";
import { frameEndless, frameTooLarge } from "./frame-limit.js";
import type { RangeListener } from "./frame-rule.js";
import { StreamCutter } from "./stream-cutter.js";

/** Decodes frames that end with a delimiter. No byte is looked at again but those of a delimiter half arrived. */
export class DelimiterDecoder extends StreamCutter {
  readonly #trie: DelimiterTrie;
  readonly #keep: boolean;
  readonly #maxFrameBytes: number;
  /** Before this place in the held bytes no delimiter begins; what lies behind it may be the beginning of one. */
  #searched = 0;

  constructor(trie: DelimiterTrie, keep: boolean, maxFrameBytes: number) {
    super();
    this.#trie = trie;
    this.#keep = keep;
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected take(chunk: Uint8Array, onRange: RangeListener): void {
    const { held } = this;
    let at = 0;
    while (held.length > 0 && at < chunk.length) {
      at = this.#searched < held.length ? this.#decide(chunk, at, onRange) : this.#goOn(chunk, at, onRange);
    }
    while (at < chunk.length) at = this.#goOn(chunk, at, onRange);
  }

  /** What a longer delimiter could have gone on from is one itself after all. */
  protected override finish(onRange: RangeListener): void {
    const { held } = this;
    for (;;) {
      const { bytes, length } = held;
      const place = this.#find(bytes, this.#searched, length, true);
      if (place === length) break;
      const next = place + this.#trie.match(bytes, place, length, true);
      this.#give(bytes, 0, place, next, onRange);
      this.#holdAgain(bytes, next, length);
    }
    super.finish(onRange);
  }

  /** Looks for the end of the frame, none of whose held bytes belong to a delimiter; returns how far it came. */
  #goOn(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    const { held } = this;
    const end = chunk.length;
    const place = this.#find(chunk, from, end, false);
    if (held.length + place - from > this.#maxFrameBytes) throw frameEndless(this.#maxFrameBytes);
    const length = place < end ? this.#trie.match(chunk, place, end, false) : -1;
    if (length < 0) {
      this.#searched = held.length + place - from;
      held.add(chunk, from, end, this.#most);
      return end;
    }
    const next = place + length;
    if (held.length === 0) this.#give(chunk, from, place, next, onRange);
    else {
      const before = held.length;
      held.add(chunk, from, next, this.#most);
      const { bytes } = held;
      held.clear();
      this.#give(bytes, 0, before + place - from, before + next - from, onRange);
    }
    return next;
  }

  /**
   * Whether the end of the held bytes is the beginning of a delimiter shows with a few bytes more. They are added and, as
   * far as they do not belong to the delimiter, taken away again. Returns how far it came.
   */
  #decide(chunk: Uint8Array, from: number, onRange: RangeListener): number {
    const { held } = this;
    const before = held.length;
    const few = Math.min(chunk.length, from + this.#trie.longest);
    held.add(chunk, from, few, this.#most);
    const { bytes, length } = held;
    const place = this.#find(bytes, this.#searched, length, false);
    if (place > this.#maxFrameBytes) throw frameEndless(this.#maxFrameBytes);
    this.#searched = Math.min(place, before);
    if (place >= before) {
      held.length = before;
      return from;
    }
    const matched = this.#trie.match(bytes, place, length, false);
    if (matched < 0) return few;
    const next = place + matched;
    this.#give(bytes, 0, place, next, onRange);
    this.#holdAgain(bytes, next, before);
    return from + Math.max(0, next - before);
  }

  /** The bytes behind a frame that belonged to what was held. */
  #holdAgain(bytes: Uint8Array, start: number, end: number): void {
    this.held.clear();
    this.#searched = 0;
    if (start < end) this.held.add(bytes, start, end, this.#most);
  }

  /** The first place at which a delimiter is or, as far as can be seen, may be; `end` if there is none. */
  #find(bytes: Uint8Array, from: number, end: number, isLast: boolean): number {
    const trie = this.#trie;
    const { next } = trie;
    for (let at = from; at < end; at++) {
      if (next[bytes[at] as number] !== 0 && trie.match(bytes, at, end, isLast) !== 0) return at;
    }
    return end;
  }

  #give(bytes: Uint8Array, start: number, place: number, next: number, onRange: RangeListener): void {
    const end = this.#keep ? next : place;
    if (end - start > this.#maxFrameBytes) throw frameTooLarge(end - start, this.#maxFrameBytes);
    onRange(bytes, start, end);
  }

  /** What is held at the longest: a frame, a delimiter half arrived, and the few bytes that tell. */
  get #most(): number {
    return this.#maxFrameBytes + 2 * this.#trie.longest;
  }
}
