import type { WriteStream } from "node:tty";
import { displayWidth } from "../display-width.js";
import { clearBelow, clearToLineEnd, hideCursor, paint, showCursor, upToStart } from "../terminal.js";
import type { Line } from "./progress-line.js";

const redrawEveryMs = 100;
const maxDrawnLines = 10;

/** Draws lines on a terminal over one another, at most ten times a second, and leaves it clean. */
export class ProgressView {
  readonly #stream: WriteStream;
  readonly #color: boolean;
  readonly #lines: (columns: number, maxLines: number) => readonly Line[];
  readonly #timer: NodeJS.Timeout;
  readonly #restore = (): void => void this.#stream.write(showCursor);
  readonly #draw = (): void => this.#redraw();
  readonly #afresh = (): void => this.#startAfresh();
  /** Widths of the lines on the screen now. */
  #drawn: readonly number[] = [];
  #last = "";
  #over = false;

  constructor(stream: WriteStream, color: boolean, lines: (columns: number, maxLines: number) => readonly Line[]) {
    this.#stream = stream;
    this.#color = color;
    this.#lines = lines;
    stream.write(hideCursor);
    process.once("exit", this.#restore);
    stream.on("resize", this.#draw);
    if (process.platform !== "win32") process.on("SIGCONT", this.#afresh);
    this.#timer = setInterval(this.#draw, redrawEveryMs);
    this.#timer.unref();
    this.#redraw();
  }

  /** Writes a line that stays, above the drawn ones. */
  print(line: string, stream: NodeJS.WritableStream = this.#stream): void {
    if (!this.#over) this.#erase();
    stream.write(`${line}\n`);
    if (!this.#over) this.#redraw();
  }

  /** Takes the drawn lines away and gives the cursor back. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#erase();
    this.#restore();
    process.off("exit", this.#restore);
    this.#stream.off("resize", this.#draw);
    if (process.platform !== "win32") process.off("SIGCONT", this.#afresh);
  }

  #redraw(): void {
    // One column stays free: where a terminal takes "…" for two columns, the line must not wrap.
    const columns = Math.max(10, (this.#stream.columns ?? 80) - 1);
    const lines = this.#lines(columns, Math.max(1, Math.min(maxDrawnLines, (this.#stream.rows ?? 24) - 1)));
    const text = lines.map((line) => paint(line.text, line.tone, this.#color) + clearToLineEnd).join("\n");
    if (text === this.#last) return;
    this.#stream.write(`${upToStart(this.#rowsDrawn() - 1)}${text}${clearBelow}`);
    this.#drawn = lines.map((line) => displayWidth(line.text));
    this.#last = text;
  }

  #erase(): void {
    if (this.#drawn.length > 0) this.#stream.write(`${upToStart(this.#rowsDrawn() - 1)}${clearBelow}`);
    this.#drawn = [];
    this.#last = "";
  }

  /** Rows that the drawn lines take: a terminal that was made narrower has wrapped them. */
  #rowsDrawn(): number {
    const columns = Math.max(1, this.#stream.columns ?? 80);
    return this.#drawn.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns)), 0);
  }

  /** After Ctrl-Z and fg other text stands where the lines were. */
  #startAfresh(): void {
    this.#drawn = [];
    this.#last = "";
    this.#stream.write(hideCursor);
    this.#redraw();
  }
}
