import { createInterface, type Interface } from "node:readline";

export interface LineScreenOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** A line was typed. */
  readonly onText: (text: string) => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
  /** Ctrl-D, or the terminal is gone: nothing more will be typed. */
  readonly onEnd: () => void;
}

/** As PromptScreen, on a terminal where nothing can be drawn over: it edits the line itself, and lines follow one another. */
export class LineScreen {
  readonly #output: NodeJS.WriteStream;
  readonly #onInterrupt: () => void;
  readonly #lines: Interface;
  #isClosed = false;

  constructor({ input, output, onText, onInterrupt, onEnd }: LineScreenOptions) {
    this.#output = output;
    this.#onInterrupt = onInterrupt;
    this.#lines = createInterface({ input, terminal: false });
    this.#lines.on("line", onText);
    this.#lines.on("close", () => {
      if (!this.#isClosed) onEnd();
    });
    process.on("SIGINT", onInterrupt);
  }

  /** What is being typed is the terminal's, and it drops that by itself. */
  get isEmpty(): boolean {
    return true;
  }

  set status(_text: string) {}

  print(lines: readonly string[]): void {
    this.#output.write(lines.map((line) => `${line}\n`).join(""));
  }

  drop(): void {}

  close(): void {
    this.#isClosed = true;
    process.off("SIGINT", this.#onInterrupt);
    this.#lines.close();
  }
}
