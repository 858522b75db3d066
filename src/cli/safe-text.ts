import type { TextEncoding, TextStream } from "../service/text-encoding.js";
import { printable } from "../wire/wire-path.js";

/**
 * Turns what a peer writes into what may be written to our standard output: on a terminal with everything escaped but
 * line ends and tabs; elsewhere as it is, text in UTF-8.
 */
export class SafeText {
  readonly #decoder: TextStream;
  readonly #isTerminal: boolean;
  readonly #isRaw: boolean;
  #carriageReturn = "";

  constructor(encoding: TextEncoding, isTerminal: boolean) {
    this.#decoder = encoding.decoder();
    this.#isTerminal = isTerminal;
    // Bytes that are no text pass a pipe unchanged.
    this.#isRaw = !isTerminal && encoding.name === "utf-8";
  }

  push(bytes: Uint8Array): string | Uint8Array {
    if (this.#isRaw) return bytes;
    return this.#shown(this.#decoder.decode(bytes));
  }

  end(): string {
    if (this.#isRaw) return "";
    const text = this.#shown(this.#decoder.end()) + (this.#carriageReturn === "" ? "" : printable("\r"));
    this.#carriageReturn = "";
    return text;
  }

  #shown(text: string): string {
    if (!this.#isTerminal) return text;
    const whole = this.#carriageReturn + text;
    this.#carriageReturn = whole.endsWith("\r") ? "\r" : "";
    return shownText(whole.slice(0, whole.length - this.#carriageReturn.length), true);
  }
}

/** A whole text from a peer: on a terminal with everything escaped but line ends and tabs. */
export function shownText(text: string, isTerminal: boolean): string {
  if (!isTerminal) return text;
  return text.replaceAll("\r\n", "\n").replace(/[^\n\t]+/g, (run) => printable(run, Number.POSITIVE_INFINITY));
}
