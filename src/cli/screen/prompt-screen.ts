import type { ReadStream, WriteStream } from "node:tty";
import { clearScreen, paint, type Tone } from "../terminal.js";
import { LineEditor } from "./line-editor.js";
import { PromptArea } from "./prompt-area.js";
import { shownTyped } from "./typed-rows.js";

/** The terminal marks what is pasted, so that its line ends are not taken for Enter. */
const markPaste = "\x1b[?2004h";
const unmarkPaste = "\x1b[?2004l";

export interface PromptScreenOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Writes to the output; for whoever is to wait when that is slow. */
  readonly write?: (text: string) => void;
  readonly color: boolean;
  readonly prompt: string;
  readonly promptTone: Tone;
  /** The row above the prompt; without it there is none. */
  readonly status?: string;
  /** A pasted text is one, and waits for Enter; else each of its lines is as if it were typed. */
  readonly holdsPaste: boolean;
  /** A line stays on the screen, with its prompt, when Enter was pressed. */
  readonly keepsTyped: boolean;
  /** Lines that the one that is typed may become. */
  readonly complete: (line: string) => readonly string[];
  /** Enter was pressed. */
  readonly onText: (text: string) => void;
  readonly onTyping?: (line: string) => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
  /** Ctrl-D where nothing is typed, or the terminal is gone: nothing more will be typed. */
  readonly onEnd: () => void;
}

/** A terminal where lines go by above, and below them stays the line that is being typed. */
export class PromptScreen {
  readonly #options: PromptScreenOptions;
  readonly #write: (text: string) => void;
  readonly #editor: LineEditor;
  readonly #area: PromptArea;
  #prompt: string;
  #status: string | undefined;
  /** What is to be shown above. */
  #waiting: string[] = [];
  #isWaiting = false;
  #isClosed = false;
  readonly #change = (): void => this.#drawSoon();
  readonly #leave = (): void => this.#leaveTerminal();

  constructor(options: PromptScreenOptions) {
    this.#options = options;
    this.#write = options.write ?? ((text) => void options.output.write(text));
    this.#prompt = options.prompt;
    this.#area = new PromptArea(options.output, options);
    this.#status = options.status;
    this.#editor = new LineEditor(options, {
      line: (text) => this.#entered(text),
      key: () => this.#pressed(),
      choices: (lines) => this.print([lines.map((line) => shownTyped(line.trim())).join("  ")]),
      interrupt: () => options.onInterrupt(),
      end: () => this.#ended(),
      clear: () => this.#startAfresh(clearScreen),
      resume: () => this.#startAfresh(options.holdsPaste ? markPaste : ""),
    });
    options.output.on("resize", this.#change);
    process.once("exit", this.#leave);
    if (options.holdsPaste) this.#write(markPaste);
    this.#drawSoon();
  }

  /** Whether nothing is typed. */
  get isEmpty(): boolean {
    return this.#editor.text === "" && this.#editor.pastedLines === 0;
  }

  set prompt(text: string) {
    this.#prompt = text;
    this.#drawSoon();
  }

  set status(text: string) {
    if (text === this.#status) return;
    this.#status = text;
    this.#drawSoon();
  }

  /** Shows lines, made safe before, above what is typed. */
  print(lines: readonly string[]): void {
    for (const line of lines) this.#waiting.push(line);
    if (this.#isClosed) this.#write(this.#above());
    else this.#drawSoon();
  }

  /** Forgets what is typed. */
  drop(): void {
    this.#editor.drop();
    this.#drawSoon();
  }

  /** Shows what is still to be shown, without what is typed. */
  close(): void {
    if (this.#isClosed) return;
    this.#editor.close();
    this.#draw();
    this.#leaveTerminal();
    this.#isClosed = true;
  }

  #pressed(): void {
    if (this.#editor.text !== "") this.#options.onTyping?.(this.#editor.text);
    this.#drawSoon();
  }

  #entered(text: string): void {
    this.#keepTyped(text);
    this.#drawSoon();
    this.#options.onText(text);
  }

  #ended(): void {
    this.#keepTyped("");
    this.#leaveTerminal();
    this.#drawSoon();
    this.#options.onEnd();
  }

  #keepTyped(text: string): void {
    const { keepsTyped, promptTone, color } = this.#options;
    if (keepsTyped) this.print([paint(this.#prompt, promptTone, color) + shownTyped(text)]);
  }

  #leaveTerminal(): void {
    const { output, holdsPaste } = this.#options;
    output.off("resize", this.#change);
    process.off("exit", this.#leave);
    if (holdsPaste) this.#write(unmarkPaste);
  }

  /** What was drawn is gone, or somebody else wrote below it. */
  #startAfresh(text: string): void {
    this.#write(text);
    this.#area.forget();
    this.#drawSoon();
  }

  /** Much comes from one read, keys and events: it is written in one go, and what is typed is drawn once. */
  #drawSoon(): void {
    if (this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = true;
    setImmediate(() => this.#draw());
  }

  #draw(): void {
    this.#isWaiting = false;
    if (this.#isClosed) return;
    const above = this.#area.erase() + this.#above();
    if (this.#editor.isClosed) return this.#write(above);
    const { text, cursor } = this.#editor;
    this.#write(above + this.#area.draw({ status: this.#statusRow(), typed: { prompt: this.#prompt, text, cursor } }));
  }

  #above(): string {
    const text = this.#waiting.map((line) => `${line}\n`).join("");
    this.#waiting = [];
    return text;
  }

  #statusRow(): string | undefined {
    const pasted = this.#editor.pastedLines;
    if (pasted > 0) return `${pasted} lines pasted: Enter sends them, Ctrl-C drops them`;
    return this.#status;
  }
}
