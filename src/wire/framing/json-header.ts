import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, frameTooLarge, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule, RangeListener } from "./frame-rule.js";
import { HeadDecoder } from "./head-decoder.js";
import {
  bodyBytesOf,
  defaultMaxJsonHeaderBytes,
  defaultSizeKeys,
  jsonHeaderPrefixBytes,
  parseJsonHeader,
  readJsonHeaderLength,
} from "./json-header-layout.js";
import { checkWholeFrame } from "./whole-frame.js";

export interface JsonHeaderOptions extends FrameLimit {
  /** The header's key that tells the body's bytes; without it `file_size`, or else `lenth`. */
  readonly sizeKey?: string | undefined;
}

const sizeKeyForm = /^[^\s,\\]{1,64}$/;

/** Frames of a length, a JSON header and a body, whole (see json-header-layout.ts). An empty header has no body. */
export function jsonHeaderRule(options: JsonHeaderOptions = {}): FrameRule {
  const { sizeKey } = options;
  if (sizeKey !== undefined && !sizeKeyForm.test(sizeKey)) {
    throw new SampanError("E_USAGE", "the key of the size has 1 to 64 characters, no white space, comma or backslash");
  }
  return new JsonHeaderRule(sizeKey, frameLimit(options));
}

class JsonHeaderRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;
  readonly #keys: readonly string[];

  constructor(sizeKey: string | undefined, maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.#keys = sizeKey === undefined ? defaultSizeKeys : [sizeKey];
    this.text = `json-header${sizeKey === undefined ? "" : `,size=${sizeKey}`}${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new WholeJsonHeaderDecoder(this.#keys, this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    checkWholeFrame(frame, "json-header", () => wholeBytes(frame, 0, frame.length, this.#keys, this.maxFrameBytes));
    return frame.length;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    target.set(frame, at);
    return at + frame.length;
  }
}

class WholeJsonHeaderDecoder extends HeadDecoder {
  readonly #keys: readonly string[];
  readonly #maxFrameBytes: number;

  constructor(keys: readonly string[], maxFrameBytes: number) {
    super();
    this.#keys = keys;
    this.#maxFrameBytes = maxFrameBytes;
  }

  protected measure(bytes: Uint8Array, start: number, end: number): number {
    return wholeBytes(bytes, start, end, this.#keys, this.#maxFrameBytes);
  }

  protected give(bytes: Uint8Array, start: number, end: number, onRange: RangeListener): void {
    onRange(bytes, start, end);
  }
}

/** The bytes of the frame at `start`; negative: so many must be there before that can be told. */
function wholeBytes(bytes: Uint8Array, start: number, end: number, keys: readonly string[], most: number): number {
  if (end - start < jsonHeaderPrefixBytes) return -jsonHeaderPrefixBytes;
  const headBytes = jsonHeaderPrefixBytes + readJsonHeaderLength(bytes, start, defaultMaxJsonHeaderBytes);
  if (headBytes > most) throw frameTooLarge(headBytes, most);
  if (headBytes > end - start) return -headBytes;
  const header = parseJsonHeader(bytes.subarray(start + jsonHeaderPrefixBytes, start + headBytes));
  const count = headBytes + bodyBytesOf(header, keys, most);
  if (count > most) throw frameTooLarge(count, most);
  return count;
}
