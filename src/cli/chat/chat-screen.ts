import readline from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { cutToWidth } from "../display-width.js";
import { paint } from "../terminal.js";

/** The terminal marks what is pasted, so that its line ends are not taken for Enter. */
const markPaste = "\x1b[?2004h";
const unmarkPaste = "\x1b[?2004l";

export interface ChatScreenOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly color: boolean;
  readonly complete: (line: string) => string[];
  /** Enter was pressed; a pasted text comes whole, with its line ends. */
  readonly onText: (text: string) => void;
  readonly onTyping: (line: string) => void;
  /** Ctrl-C or Ctrl-D on an empty line. */
  readonly onEnd: () => void;
}

/** Lines that scroll above a status line and the line that is typed. */
export class ChatScreen {
  readonly #options: ChatScreenOptions;
  readonly #lines: readline.Interface;
  #status = "";
  #pasted: string[] = [];
  #isPasting = false;
  /** Rows from the first of the prompt to the last of what was typed, when Enter was pressed. */
  #typedRows = 0;
  #isClosed = false;
  readonly #redraw = () => this.#draw();
  readonly #unmark = () => void this.#options.output.write(unmarkPaste);

  constructor(options: ChatScreenOptions) {
    this.#options = options;
    const { input, output, complete } = options;
    // Before readline hears of the key, as it then forgets how far down the text reached.
    readline.emitKeypressEvents(input);
    input.on("keypress", (_text, key: readline.Key | undefined) => this.#beforeKey(key));
    this.#lines = readline.createInterface({
      input,
      output,
      terminal: true,
      historySize: 100,
      completer: (line: string) => [complete(line), line],
    });
    input.on("keypress", (_text, key: readline.Key | undefined) => this.#afterKey(key));
    this.#lines.on("line", (line) => this.#line(line));
    this.#lines.on("SIGINT", () => this.#interrupt());
    this.#lines.on("close", () => {
      if (!this.#isClosed) options.onEnd();
    });
    output.on("resize", this.#redraw);
    process.once("exit", this.#unmark);
    output.write(markPaste);
    this.#prompt();
  }

  /** Shows lines, made safe before, above the input. */
  print(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#erase();
    this.#options.output.write(`${lines.join("\n")}\n`);
    this.#prompt();
  }

  set status(text: string) {
    if (text === this.#status) return;
    this.#status = text;
    this.#draw();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#erase();
    this.#isClosed = true;
    const { input, output } = this.#options;
    output.off("resize", this.#redraw);
    process.off("exit", this.#unmark);
    output.write(unmarkPaste);
    this.#lines.close();
    input.removeAllListeners("keypress");
    input.pause();
  }

  #draw(): void {
    if (this.#isClosed) return;
    this.#erase();
    this.#prompt();
  }

  /** Clears the status and what is typed, which lie below the cursor's first row. */
  #erase(): void {
    if (this.#isClosed) return;
    this.#clearFrom(this.#lines.getCursorPos().rows);
  }

  #clearFrom(rowsUp: number): void {
    const { output } = this.#options;
    readline.moveCursor(output, 0, -rowsUp);
    readline.cursorTo(output, 0);
    readline.clearScreenDown(output);
    // What readline would go up by to draw anew: it stands at the first row now.
    (this.#lines as unknown as { prevRows: number }).prevRows = 0;
  }

  #prompt(): void {
    if (this.#isClosed) return;
    const { color, output } = this.#options;
    const pasted = this.#pasted.length;
    const status = pasted > 0 ? `${pasted} lines pasted: Enter sends them, Ctrl-C drops them` : this.#status;
    const width = Math.max(1, (output.columns || 80) - 1);
    this.#lines.setPrompt(`${paint(cutToWidth(status, width), "dim", color)}\n› `);
    this.#lines.prompt(true);
  }

  #beforeKey(key: readline.Key | undefined): void {
    if (key?.name !== "return" && key?.name !== "enter") return;
    const lines = this.#lines as { cursor: number; line: string; getCursorPos(): { rows: number } };
    const { cursor } = lines;
    lines.cursor = lines.line.length;
    this.#typedRows = lines.getCursorPos().rows;
    lines.cursor = cursor;
  }

  #afterKey(key: readline.Key | undefined): void {
    if (key?.name === "paste-start") this.#isPasting = true;
    else if (key?.name === "paste-end") this.#isPasting = false;
    else if (this.#lines.line !== "") this.#options.onTyping(this.#lines.line);
  }

  #line(line: string): void {
    this.#clearFrom(this.#typedRows + 1);
    if (this.#isPasting) {
      this.#pasted.push(line);
      this.#prompt();
      return;
    }
    const text = [...this.#pasted, line].join("\n");
    this.#pasted = [];
    this.#prompt();
    if (text !== "") this.#options.onText(text);
  }

  #interrupt(): void {
    const isEmpty = this.#lines.line === "" && this.#pasted.length === 0;
    if (isEmpty) return this.#options.onEnd();
    this.#erase();
    this.#pasted = [];
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
    this.#draw();
  }
}
