import type { Shell, ShellEvent } from "../../service/shell/shell-api.js";
import type { OwnTerminal } from "./own-terminal.js";

/** A loss shorter than this is not worth a word. */
const tellAfterMs = 1000;

/** Tells on the last line of the terminal that the network is lost, and sees to it that the line is painted over. */
export class LossTeller {
  readonly #terminal: OwnTerminal;
  #shell: Shell | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: OwnTerminal) {
    this.#terminal = terminal;
  }

  /** Knows the shell once there is one. */
  watch(shell: Shell): void {
    this.#shell = shell;
  }

  take(event: ShellEvent): void {
    if (event.event === "lost") {
      this.#timer = setTimeout(() => {
        // What this line covers comes back when the whole screen is painted anew.
        this.#shell?.forgetScreen();
        this.#terminal.status("the connection is lost; looking for it. What you type is kept. Ctrl-] d leaves");
      }, tellAfterMs);
    } else if (event.event === "back") this.stop();
    else if (event.event === "sized") {
      const { columns, rows } = this.#terminal.size;
      if (event.columns > columns || event.rows > rows)
        this.#terminal.status(`that terminal has ${event.columns}×${event.rows}; make this one as large`);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
