import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from "node:readline";
import type { Target } from "../../assistant/exchange.js";
import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { paint } from "../terminal.js";
import { commandWords } from "./command.js";
import type { AssistantRows } from "./rows.js";
import type { AssistantView, HeldOutput, SessionPlace } from "./view.js";
import { beginText } from "./view-lines.js";

export interface ScreenKeys {
  line(text: string): void;
  /** Ctrl-D on an empty line. */
  end(): void;
  /** Ctrl-C. */
  quit(): void;
}

/** A terminal: what happens goes by above, and the line that is being typed stays below it. */
export class ScreenView implements AssistantView {
  readonly #rows: AssistantRows;
  readonly #output: HeldOutput;
  readonly #stdout: NodeJS.WriteStream;
  readonly #color: boolean;
  readonly #editor: Interface;
  #waiting: string[] = [];
  #editing = true;

  constructor(
    rows: AssistantRows,
    output: HeldOutput,
    { stdin, stdout, color }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; color: boolean },
    keys: ScreenKeys,
  ) {
    this.#rows = rows;
    this.#output = output;
    this.#stdout = stdout;
    this.#color = color;
    this.#editor = createInterface({
      input: stdin,
      output: stdout,
      terminal: true,
      historySize: 500,
      completer: complete,
    });
    this.#editor.on("line", (line) => {
      keys.line(line);
      if (this.#editing) this.#editor.prompt();
    });
    this.#editor.on("SIGINT", () => keys.quit());
    this.#editor.on("close", () => {
      if (!this.#editing) return;
      this.#editing = false;
      this.#stdout.write("\n");
      keys.end();
    });
  }

  begin(where: SessionPlace): void {
    this.note(`${beginText(where)}${paint(" · type a line to send it · /help", "dim", this.#color)}`);
  }

  event(event: ExchangeEvent): void {
    this.#above(this.#rows.of(event));
  }

  note(text: string): void {
    this.#above(text.split("\n"));
  }

  prompt(target: Target): void {
    const to = target === "all" ? "" : String(target);
    this.#editor.setPrompt(paint(`${to}> `, "strong", this.#color));
    if (this.#editing) this.#editor.prompt(true);
  }

  async close(): Promise<void> {
    this.#flush();
    if (this.#editing) {
      this.#editing = false;
      cursorTo(this.#stdout, 0);
      moveCursor(this.#stdout, 0, -this.#editor.getCursorPos().rows);
      clearScreenDown(this.#stdout);
      this.#editor.close();
    }
    await this.#output.drained();
  }

  /** Many events come from one read: they are written in one go, and the line below is drawn once. */
  #above(rows: readonly string[]): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push(...rows);
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const text = `${this.#waiting.join("\n")}\n`;
    this.#waiting = [];
    if (!this.#editing) return this.#output.write(text);
    const { rows } = this.#editor.getCursorPos();
    cursorTo(this.#stdout, 0);
    moveCursor(this.#stdout, 0, -rows);
    clearScreenDown(this.#stdout);
    // The editor goes up as many rows as its cursor stood below its first one, and draws from there.
    this.#output.write(text + "\n".repeat(rows));
    this.#editor.prompt(true);
  }
}

function complete(line: string): [string[], string] {
  return [commandWords.filter((word) => line !== "" && word.startsWith(line)).map((word) => `${word} `), line];
}
