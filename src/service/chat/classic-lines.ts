import { SampanError } from "../../wire/sampan-error.js";
import type { TextEncoding, TextStream } from "../text-encoding.js";

/** The longest line, in UTF-16 units. */
const maxLineLength = 8192;

/**
 * The clients in tutorials send a text without a newline, and wait. So what has not been ended with one counts as a
 * line when nothing has followed for so long.
 */
const quietMs = 300;

/** Cuts what a plain text client sends into lines. */
export class ClassicLines {
  readonly #onLine: (line: string) => void;
  readonly #stream: TextStream;
  #held = "";
  #quiet: NodeJS.Timeout | undefined;

  constructor(encoding: TextEncoding, onLine: (line: string) => void) {
    this.#onLine = onLine;
    this.#stream = encoding.decoder();
  }

  /** E_TOO_LARGE for a line that is too long. */
  push(chunk: Uint8Array): void {
    clearTimeout(this.#quiet);
    const lines = (this.#held + this.#stream.decode(chunk)).split("\n");
    this.#held = lines.pop() ?? "";
    if ([this.#held, ...lines].some(({ length }) => length > maxLineLength)) {
      this.#held = "";
      throw new SampanError("E_TOO_LARGE", `a line is longer than ${maxLineLength} characters`);
    }
    for (const line of lines) this.#onLine(line.replace(/\r$/, ""));
    if (this.#held !== "") this.#quiet = setTimeout(() => this.#flush(), quietMs);
  }

  /** The client has nothing more to say. */
  end(): void {
    this.#held += this.#stream.end();
    this.#flush();
  }

  close(): void {
    clearTimeout(this.#quiet);
    this.#held = "";
  }

  #flush(): void {
    clearTimeout(this.#quiet);
    const line = this.#held.replace(/\r$/, "");
    this.#held = "";
    this.#onLine(line);
  }
}
