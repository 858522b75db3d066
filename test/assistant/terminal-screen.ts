import { displayWidth } from "../../src/cli/display-width.js";

/** What a terminal of so many columns shows after what was written to it; rows that scrolled out at the top are kept. */
export class TerminalScreen {
  #columns: number;
  /** Each cell is a character; the second cell of a wide one is "". */
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Rows without what was cut; the last is where the cursor stands or below. */
  get rows(): string[] {
    return this.#rows.map((cells) =>
      cells
        .map((cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  get cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column };
  }

  resize(columns: number): void {
    this.#columns = columns;
  }

  write(text: string): void {
    const pieces = /\x1b\[([?0-9;]*)([A-Za-z])|\x1b[=>]|([\s\S])/gu;
    for (const [, numbers = "", command, character] of text.matchAll(pieces)) {
      if (character !== undefined) this.#put(character);
      else if (command !== undefined) this.#obey(command, Number(numbers.split(";")[0] || 0));
    }
  }

  #obey(command: string, number: number): void {
    const count = Math.max(1, number);
    if (command === "A") this.#row = Math.max(0, this.#row - count);
    else if (command === "B") this.#down(count);
    else if (command === "C") this.#column = Math.min(this.#columns - 1, this.#column + count);
    else if (command === "D") this.#column = Math.max(0, Math.min(this.#column, this.#columns - 1) - count);
    else if (command === "G") this.#column = count - 1;
    else if (command === "K" && number === 0) this.#cells().length = Math.min(this.#cells().length, this.#column);
    else if (command === "J" && number === 0) {
      this.#cells().length = Math.min(this.#cells().length, this.#column);
      this.#rows.length = this.#row + 1;
    } else if (command !== "m" && command !== "h" && command !== "l")
      throw new Error(`not known: CSI ${number} ${command}`);
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#down(1);
    else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (character >= " ") this.#print(character);
  }

  #print(character: string): void {
    const width = displayWidth(character);
    if (this.#column + width > this.#columns) {
      this.#down(1);
      this.#column = 0;
    }
    const cells = this.#cells();
    while (cells.length < this.#column) cells.push(" ");
    cells[this.#column] = character;
    if (width === 2) cells[this.#column + 1] = "";
    this.#column += width;
  }

  #down(count: number): void {
    this.#row += count;
    while (this.#rows.length <= this.#row) this.#rows.push([]);
  }

  #cells(): string[] {
    return this.#rows[this.#row] as string[];
  }
}
