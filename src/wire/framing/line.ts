import { SampanError } from "../sampan-error.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule } from "./frame-rule.js";
import { isBlank, LineDecoder } from "./line-decoder.js";

export interface LineOptions extends FrameLimit {
  /** What is written behind each line; both are read. "lf". */
  readonly ending?: "lf" | "crlf" | undefined;
}

/** Lines of text without their ends. A CR alone ends no line. */
export function lineRule(options: LineOptions = {}): FrameRule {
  const { ending = "lf" } = options;
  return new LineRule(ending === "crlf" ? "line=crlf" : "line", frameLimit(options), ending === "crlf", false);
}

/** Lines that each hold one JSON value, which is not looked at; blank lines are left out. */
export function ndjsonRule(limit: FrameLimit = {}): FrameRule {
  return new LineRule("ndjson", frameLimit(limit), false, true);
}

const lf = 0x0a;
const cr = 0x0d;

class LineRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;
  readonly #name: string;
  readonly #writesCr: boolean;
  readonly #skipsBlank: boolean;

  constructor(name: string, maxFrameBytes: number, writesCr: boolean, skipsBlank: boolean) {
    this.text = name + limitText(maxFrameBytes);
    this.maxFrameBytes = maxFrameBytes;
    this.#name = name;
    this.#writesCr = writesCr;
    this.#skipsBlank = skipsBlank;
  }

  decoder(): FrameDecoder {
    return new LineDecoder(this.maxFrameBytes, this.#skipsBlank);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    if (frame.includes(lf)) throw this.#cannotCarry("a line end in it");
    if (!this.#writesCr && frame.at(-1) === cr)
      throw this.#cannotCarry("a CR at its end, which would be read as part of it");
    if (this.#skipsBlank && isBlank(frame, 0, frame.length)) throw this.#cannotCarry("nothing in it");
    return frame.length + (this.#writesCr ? 2 : 1);
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    const end = at + this.encodedLength(frame);
    checkRoom(target, at, end - at);
    target.set(frame, at);
    if (this.#writesCr) target[end - 2] = cr;
    target[end - 1] = lf;
    return end;
  }

  #cannotCarry(what: string): SampanError {
    return new SampanError("E_USAGE", `${this.#name} cannot carry a frame with ${what}`);
  }
}
