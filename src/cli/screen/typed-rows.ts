import { printable } from "../../wire/wire-path.js";
import { displayWidth, wrapToWidth } from "../display-width.js";

export interface TypedText {
  readonly prompt: string;
  readonly text: string;
  /** Where the cursor stands in the text. */
  readonly cursor: number;
}

export interface TypedRows {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
  /** Those above that are not shown. */
  readonly hiddenRows: number;
}

/** What is typed, as a terminal of so many columns wraps it. Of more than `maxRows` those around the cursor are shown. */
export function typedRows({ prompt, text, cursor }: TypedText, columns: number, maxRows: number): TypedRows {
  const before = wrapToWidth(prompt + shownTyped(text.slice(0, cursor)), columns);
  const rows = wrapToWidth(prompt + shownTyped(text), columns);
  let cursorRow = before.length - 1;
  let cursorColumn = displayWidth(before[cursorRow] ?? "");
  const next = shownTyped(text.slice(cursor));
  // Behind a full row the cursor stands at the start of the next, as does one before a character that no longer fits.
  if (cursorColumn >= columns || (next !== "" && cursorColumn + firstWidth(next) > columns)) {
    cursorRow++;
    cursorColumn = 0;
  }
  if (cursorRow === rows.length) rows.push("");
  const first = Math.max(0, Math.min(cursorRow - maxRows + 1, rows.length - maxRows));
  return { rows: rows.slice(first, first + maxRows), cursorRow: cursorRow - first, cursorColumn, hiddenRows: first };
}

/** What is pasted may hold characters that command a terminal. */
export function shownTyped(text: string): string {
  return printable(text.replaceAll("\t", "    "), Number.POSITIVE_INFINITY);
}

function firstWidth(text: string): number {
  return displayWidth(String.fromCodePoint(text.codePointAt(0) ?? 0));
}
