/** Ctrl-], as a terminal sends it, and as one with a richer keyboard protocol does. */
const prefixes = ["\x1d", "\x1b[93;5u", "\x1b[27;5;93~"];
const pasteBegin = "\x1b[200~";
const pasteEnd = "\x1b[201~";

export type KeyAction = "detach" | "end" | "help";

const actions: Readonly<Record<string, KeyAction>> = { d: "detach", k: "end", "?": "help" };

/**
 * Finds what is meant for us in what is typed: Ctrl-] and a letter. A key comes in a piece of its own; a larger piece
 * is a paste, in which nothing is looked for, nor is it between the marks that a terminal puts around a paste.
 */
export class DetachKey {
  #isHeld: string | undefined;
  #inPaste = false;

  /** What goes to the shell, and what is to be done. */
  take(piece: Buffer): { readonly typed: Buffer; readonly action?: KeyAction } {
    const text = piece.toString("latin1");
    if (this.#inPaste || text.includes(pasteBegin)) {
      this.#inPaste = text.lastIndexOf(pasteEnd) < text.lastIndexOf(pasteBegin) || !text.includes(pasteEnd);
      return this.#pass(text);
    }
    if (this.#isHeld === undefined) {
      const prefix = prefixes.find((one) => text.startsWith(one) && text.length <= one.length + 1);
      if (prefix === undefined) return { typed: piece };
      this.#isHeld = prefix;
      return text.length > prefix.length ? this.take(piece.subarray(prefix.length)) : { typed: Buffer.alloc(0) };
    }
    // Ctrl-] twice types one.
    if (prefixes.includes(text)) {
      this.#isHeld = undefined;
      return { typed: piece };
    }
    const action = actions[text];
    if (action === undefined) return this.#pass(text);
    this.#isHeld = undefined;
    return { typed: Buffer.alloc(0), action };
  }

  #pass(text: string): { readonly typed: Buffer } {
    const held = this.#isHeld ?? "";
    this.#isHeld = undefined;
    return { typed: Buffer.from(held + text, "latin1") };
  }
}
