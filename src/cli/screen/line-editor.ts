import readline from "node:readline";
import type { ReadStream } from "node:tty";

const historyLines = 500;

export interface EditorEvents {
  /** Enter was pressed. */
  line(text: string): void;
  /** Something else was pressed, and perhaps changed what is typed. */
  key(): void;
  /** Tab was pressed twice: all this could be meant. */
  choices(lines: readonly string[]): void;
  /** Ctrl-C. */
  interrupt(): void;
  /** Ctrl-D where nothing is typed, or the terminal is gone: nothing more will be typed. */
  end(): void;
  /** Ctrl-L. */
  clear(): void;
  /** After Ctrl-Z and `fg`. */
  resume(): void;
}

export interface EditorOptions {
  readonly input: ReadStream;
  /** A pasted text is one, with its line ends; else each of its lines is as if it were typed. */
  readonly holdsPaste: boolean;
  readonly complete: (line: string) => readonly string[];
}

/** The keys of a terminal as lines, with a history. Node's readline edits; it draws nothing. */
export class LineEditor {
  readonly #input: ReadStream;
  readonly #events: EditorEvents;
  readonly #holdsPaste: boolean;
  readonly #lines: readline.Interface;
  #pasted: string[] = [];
  #isPasting = false;
  #lastKey: string | undefined;
  #isClosed = false;
  readonly #onKey = (_text: unknown, key: readline.Key | undefined): void => this.#key(key);

  constructor({ input, holdsPaste, complete }: EditorOptions, events: EditorEvents) {
    this.#input = input;
    this.#events = events;
    this.#holdsPaste = holdsPaste;
    this.#lines = readline.createInterface({
      input,
      terminal: true,
      historySize: historyLines,
      completer: (line: string) => [this.#choices(complete(line)), line],
    });
    this.#lines.on("line", (line) => this.#line(line));
    this.#lines.on("SIGINT", () => events.interrupt());
    this.#lines.on("SIGCONT", () => {
      // It has paused itself.
      this.#lines.resume();
      events.resume();
    });
    this.#lines.on("close", () => this.#ended());
    // After readline, which has listened since it was made.
    input.on("keypress", this.#onKey);
  }

  get text(): string {
    return this.#lines.line;
  }

  get cursor(): number {
    return this.#lines.cursor;
  }

  /** How many lines of a pasted text wait for Enter. */
  get pastedLines(): number {
    return this.#pasted.length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Forgets what is typed and pasted. */
  drop(): void {
    this.#pasted = [];
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off("keypress", this.#onKey);
    this.#lines.close();
  }

  #ended(): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.end();
  }

  #line(line: string): void {
    if (this.#holdsPaste && this.#isPasting) {
      this.#pasted.push(line);
      return;
    }
    const text = [...this.#pasted, line].join("\n");
    this.#pasted = [];
    this.#events.line(text);
  }

  #key(key: readline.Key | undefined): void {
    this.#lastKey = key?.name;
    if (key?.name === "paste-start") this.#isPasting = true;
    else if (key?.name === "paste-end") this.#isPasting = false;
    else if (key?.name === "l" && key.ctrl) this.#events.clear();
    this.#events.key();
  }

  #choices(lines: readonly string[]): string[] {
    if (lines.length > 1 && this.#lastKey === "tab") this.#events.choices(lines);
    return [...lines];
  }
}
