import { SampanError } from "../sampan-error.js";
import { DelimiterDecoder } from "./delimiter-decoder.js";
import { delimiterText } from "./delimiter-text.js";
import { DelimiterTrie } from "./delimiter-trie.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule } from "./frame-rule.js";

export interface DelimiterOptions extends FrameLimit {
  /** What may stand behind a frame; the encoder writes the first that no other begins with. */
  readonly delimiters: readonly Uint8Array[];
  /** Frames keep their delimiter. false. */
  readonly keep?: boolean | undefined;
}

const mostDelimiters = 16;
const mostDelimiterBytes = 64;

/**
 * Frames that end with a run of bytes. Where several delimiters could end a frame it is the one that begins first, and
 * of those the longest; so one that another begins with is only known when the next bytes are there.
 */
export function delimiterRule(options: DelimiterOptions): FrameRule {
  const delimiters = options.delimiters.map((delimiter) => Uint8Array.from(delimiter));
  if (delimiters.length < 1 || delimiters.length > mostDelimiters) {
    throw new SampanError("E_USAGE", `1 to ${mostDelimiters} delimiters, not ${delimiters.length}`);
  }
  for (const { length } of delimiters) {
    if (length >= 1 && length <= mostDelimiterBytes) continue;
    throw new SampanError("E_USAGE", `a delimiter has 1 to ${mostDelimiterBytes} bytes, not ${length}`);
  }
  return new DelimiterRule(delimiters, options.keep === true, frameLimit(options));
}

class DelimiterRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;
  readonly #trie: DelimiterTrie;
  readonly #written: Uint8Array;
  readonly #keep: boolean;

  constructor(delimiters: readonly Uint8Array[], keep: boolean, maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.#trie = new DelimiterTrie(delimiters);
    this.#written = delimiters.find((one) => this.#trie.match(one, 0, one.length, false) === one.length) as Uint8Array;
    this.#keep = keep;
    this.text = `delim=${delimiterText(delimiters)}${keep ? ",keep" : ""}${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new DelimiterDecoder(this.#trie, this.#keep, this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    return this.#keep ? this.#checkKept(frame) : this.#checkBare(frame);
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    const end = at + this.encodedLength(frame);
    checkRoom(target, at, end - at);
    target.set(frame, at);
    if (!this.#keep) target.set(this.#written, at + frame.length);
    return end;
  }

  /** A frame with its delimiter: at its end, nowhere before, and none that the next frame could make longer. */
  #checkKept(frame: Uint8Array): number {
    for (let at = 0; at < frame.length; at++) {
      const length = this.#trie.match(frame, at, frame.length, true);
      if (length === 0) continue;
      if (at + length < frame.length) throw this.#hasDelimiter(at);
      if (this.#trie.match(frame, at, frame.length, false) > 0) return frame.length;
      throw new SampanError("E_USAGE", `a longer delimiter goes on from the one at the frame's end (${this.text})`);
    }
    throw new SampanError("E_USAGE", `the frame must end with its delimiter (${this.text})`);
  }

  /** A frame without: none may begin in it, nor one that the delimiter behind it, or what follows, could complete. */
  #checkBare(frame: Uint8Array): number {
    const seam = Math.max(0, frame.length - this.#trie.longest + 1);
    for (let at = 0; at < seam; at++) {
      if (this.#trie.match(frame, at, frame.length, false) !== 0) throw this.#hasDelimiter(at);
    }
    const behind = new Uint8Array(frame.length - seam + this.#written.length);
    behind.set(frame.subarray(seam));
    behind.set(this.#written, frame.length - seam);
    for (let at = 0; at < frame.length - seam; at++) {
      if (this.#trie.match(behind, at, behind.length, false) !== 0) throw this.#hasDelimiter(seam + at);
    }
    return frame.length + this.#written.length;
  }

  #hasDelimiter(at: number): SampanError {
    return new SampanError("E_USAGE", `the frame has a delimiter in it, at byte ${at} (${this.text})`);
  }
}
