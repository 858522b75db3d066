import { cutToWidth } from "../display-width.js";
import { clearBelow, paint, type Tone, upToStart } from "../terminal.js";
import { type TypedText, typedRows } from "./typed-rows.js";

export interface PromptContent {
  /** The row above the prompt, if there is one. */
  readonly status: string | undefined;
  readonly typed: TypedText;
}

interface Drawn {
  readonly typed: TypedText;
  readonly columns: number;
  readonly statusRows: number;
  /** How far the cursor stands below the first row. */
  readonly cursorRow: number;
}

export interface PromptLook {
  readonly color: boolean;
  readonly promptTone: Tone;
}

/** The rows at the end of what a terminal shows: a status, the prompt and what is typed. Gives what is to be written. */
export class PromptArea {
  readonly #terminal: { readonly columns: number; readonly rows: number };
  readonly #look: PromptLook;
  #drawn: Drawn | undefined;

  constructor(terminal: { readonly columns: number; readonly rows: number }, look: PromptLook) {
    this.#terminal = terminal;
    this.#look = look;
  }

  /** Clears it; the cursor is where its first row was. */
  erase(): string {
    const text = upToStart(this.#rowsToGoUp()) + clearBelow;
    this.#drawn = undefined;
    return text;
  }

  /** Draws it from the first column of a free row on. */
  draw({ status, typed }: PromptContent): string {
    const { color, promptTone } = this.#look;
    const columns = this.#columns;
    const statusRows = status === undefined ? 0 : 1;
    const { rows, cursorRow, cursorColumn, hiddenRows } = typedRows(typed, columns, this.#maxRows(statusRows));
    this.#drawn = { typed, columns, statusRows, cursorRow: statusRows + cursorRow };
    const head = status === undefined ? "" : `${paint(cutToWidth(status, Math.max(1, columns - 1)), "dim", color)}\n`;
    const prompt = hiddenRows === 0 ? typed.prompt : "";
    // The terminal wraps it; a row with nothing in it is there only when something was written to it.
    const text = rows.join("").slice(prompt.length) + (rows.at(-1) === "" ? " " : "");
    const right = cursorColumn > 0 ? `\x1b[${cursorColumn}C` : "";
    return head + paint(prompt, promptTone, color) + text + upToStart(rows.length - 1 - cursorRow) + right;
  }

  /** It is gone, or something else was written below it. */
  forget(): void {
    this.#drawn = undefined;
  }

  /**
   * After a change of width some terminals have wrapped anew what was drawn, and others have not. The fewer rows of the
   * two may leave a rest of it on the screen; the more could erase what stood above.
   */
  #rowsToGoUp(): number {
    if (this.#drawn === undefined) return 0;
    const { typed, columns, statusRows, cursorRow } = this.#drawn;
    if (columns === this.#columns) return cursorRow;
    return Math.min(cursorRow, statusRows + typedRows(typed, this.#columns, this.#maxRows(statusRows)).cursorRow);
  }

  get #columns(): number {
    return this.#terminal.columns || 80;
  }

  /** One row is left for what stands above. */
  #maxRows(statusRows: number): number {
    return Math.max(1, (this.#terminal.rows || 24) - statusRows - 1);
  }
}
