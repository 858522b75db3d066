// oxlint-disable-next-line import/default -- a CommonJS package: what it exports is the default import
import serializeAddon from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import type { ShellScreen } from "../../session/shell/screen-follower.js";
import type { TerminalSize } from "../../session/shell/shell-message.js";

/** Lines that have left the screen and are painted for somebody who comes anew. */
const historyLines = 1000;
/** A painting with more than this (every character in another colour) leaves out the history. */
const maxPaintingLength = 512 * 1024;

/** Leaves the other screen, puts every mode back, and clears what is seen; what was scrolled away stays. */
const blank =
  "\x1b[?1049l\x1b[?1l\x1b[?5l\x1b[?6l\x1b[?7h\x1b[4l\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l" +
  "\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b>\x1b[r\x1b[m\x1b(B\x0f\x1b[H\x1b[2J";

/** Modes that the serializer does not know: how the mouse is told, and the cursor that is not shown. */
const mouseForms = new Set([1005, 1006, 1015]);
const cursorMode = 25;

/** A terminal in memory, of xterm.js. It answers no questions: whoever looks at the shell does. */
export class TerminalScreen implements ShellScreen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new serializeAddon.SerializeAddon();
  readonly #mouseForms = new Set<number>();
  #cursorShown = true;
  #region = "";

  constructor({ columns, rows }: TerminalSize) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: historyLines,
      allowProposedApi: true,
      logLevel: "off",
    });
    this.#terminal.loadAddon(this.#serializer);
    this.#watchModes();
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  resize({ columns, rows }: TerminalSize): void {
    this.#terminal.resize(columns, rows);
    this.#region = "";
  }

  paint(history: boolean): Uint8Array {
    let text = this.#serializer.serialize({ scrollback: history ? historyLines : 0 });
    if (text.length > maxPaintingLength) text = this.#serializer.serialize({ scrollback: 0 });
    const mouse = [...this.#mouseForms].map((mode) => `\x1b[?${mode}h`).join("");
    // Setting the region moves the cursor, so it is put back.
    const region = this.#region === "" ? "" : `\x1b7${this.#region}\x1b8`;
    const cursor = this.#cursorShown ? "\x1b[?25h" : "\x1b[?25l";
    return Buffer.from(`${blank}${text}${region}${mouse}${cursor}`);
  }

  close(): void {
    this.#terminal.dispose();
  }

  #watchModes(): void {
    const { parser } = this.#terminal;
    const note = (on: boolean) => (modes: (number | number[])[]) => {
      for (const mode of modes.flat()) {
        if (mode === cursorMode) this.#cursorShown = on;
        else if (mouseForms.has(mode) && on) this.#mouseForms.add(mode);
        else if (mouseForms.has(mode)) this.#mouseForms.delete(mode);
      }
      return false;
    };
    parser.registerCsiHandler({ prefix: "?", final: "h" }, note(true));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, note(false));
    parser.registerCsiHandler({ final: "r" }, (lines) => {
      const [top = 1, bottom = this.#terminal.rows] = lines.flat();
      this.#region = top <= 1 && (bottom === 0 || bottom >= this.#terminal.rows) ? "" : `\x1b[${top};${bottom}r`;
      return false;
    });
    parser.registerEscHandler({ final: "c" }, () => {
      this.#cursorShown = true;
      this.#region = "";
      this.#mouseForms.clear();
      return false;
    });
  }
}
