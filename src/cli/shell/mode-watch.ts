/** Sequences that undo what a program may have left switched on, by the number of the private mode. */
const undoing: Readonly<Record<number, string>> = {
  1: "\x1b[?1l",
  9: "\x1b[?9l",
  47: "\x1b[?47l",
  1000: "\x1b[?1000l",
  1002: "\x1b[?1002l",
  1003: "\x1b[?1003l",
  1004: "\x1b[?1004l",
  1005: "\x1b[?1005l",
  1006: "\x1b[?1006l",
  1015: "\x1b[?1015l",
  1047: "\x1b[?1047l",
  1049: "\x1b[?1049l",
  2004: "\x1b[?2004l",
  2026: "\x1b[?2026l",
};
/** Modes that are on unless a program switches them off. */
const undoingOff: Readonly<Record<number, string>> = { 7: "\x1b[?7h", 25: "\x1b[?25h" };

/** Beyond this it is no sequence that matters here. */
const maxSequenceLength = 64;
const escape = 0x1b;

/**
 * Reads along in what goes to the terminal, and knows how to put the terminal back when the program there can no longer
 * do so itself: the other screen, mouse, pasting, cursor, scroll region, colours.
 */
export class ModeWatch {
  readonly #on = new Set<number>();
  readonly #off = new Set<number>();
  #rest = "";
  #region = false;
  #keypad = false;
  #keyboard = 0;

  take(bytes: Uint8Array): void {
    let at = 0;
    if (this.#rest !== "") at = this.#collect(bytes, 0);
    while (at < bytes.length) {
      const found = bytes.indexOf(escape, at);
      if (found < 0) return;
      this.#rest = "\x1b";
      at = this.#collect(bytes, found + 1);
    }
  }

  /** What to write so that the terminal is as it was. */
  restore(): string {
    const on = [...this.#on].map((mode) => undoing[mode] ?? "");
    const off = [...this.#off].map((mode) => undoingOff[mode] ?? "");
    const region = this.#region ? "\x1b7\x1b[r\x1b8" : "";
    const keyboard = this.#keyboard > 0 ? `\x1b[<${this.#keyboard}u` : "";
    return `${region}${keyboard}${this.#keypad ? "\x1b>" : ""}${on.join("")}${off.join("")}\x1b[m\x1b(B`;
  }

  /** Reads on in a sequence that has begun; returns where what follows begins. */
  #collect(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === escape) {
        this.#rest = "";
        return at;
      }
      this.#rest += String.fromCharCode(byte);
      const isCsi = this.#rest[1] === "[";
      const isOver = isCsi ? this.#rest.length > 2 && byte >= 0x40 && byte <= 0x7e : true;
      if (!isOver && this.#rest.length < maxSequenceLength) continue;
      if (isOver) this.#note(this.#rest);
      this.#rest = "";
      return at + 1;
    }
    return at;
  }

  #note(sequence: string): void {
    const modes = /^\x1b\[\?([\d;]+)([hl])$/.exec(sequence);
    if (modes) for (const mode of (modes[1] ?? "").split(";")) this.#set(Number(mode), modes[2] === "h");
    else if (sequence === "\x1b=") this.#keypad = true;
    else if (sequence === "\x1b>") this.#keypad = false;
    else if (/^\x1b\[>\d*u$/.test(sequence)) this.#keyboard++;
    else if (/^\x1b\[<\d*u$/.test(sequence)) this.#keyboard = Math.max(0, this.#keyboard - 1);
    else if (/^\x1b\[[\d;]*r$/.test(sequence)) this.#region = sequence !== "\x1b[r";
  }

  #set(mode: number, on: boolean): void {
    if (undoing[mode] !== undefined) {
      if (on) this.#on.add(mode);
      else this.#on.delete(mode);
    }
    if (undoingOff[mode] !== undefined) {
      if (on) this.#off.delete(mode);
      else this.#off.add(mode);
    }
  }
}
