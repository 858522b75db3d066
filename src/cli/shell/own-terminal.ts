import { spawnSync } from "node:child_process";
import { writeSync } from "node:fs";
import type { TerminalSize } from "../../session/shell/shell-message.js";
import { ModeWatch } from "./mode-watch.js";

const statusRowColor = "\x1b[0;7m";

/** The terminal that we are on, in raw mode while a shell has it, and put back whatever happens. */
export class OwnTerminal {
  readonly #modes = new ModeWatch();
  readonly #restoreOnExit = () => this.restore();
  #isRaw = false;
  #hasStatus = false;

  get size(): TerminalSize {
    const { columns, rows } = process.stdout;
    return { columns: clamp(columns || 80, 1000), rows: clamp(rows || 24, 500) };
  }

  takeOver(): void {
    process.stdin.setRawMode(true);
    this.#isRaw = true;
    process.once("exit", this.#restoreOnExit);
    passOutputUnchanged();
  }

  /** Gives bytes of the shell to the terminal; false when it wants no more for now. */
  show(bytes: Uint8Array): boolean {
    this.#modes.take(bytes);
    return process.stdout.write(bytes);
  }

  /** Says something on the last line, over whatever stands there. */
  status(text: string): void {
    const { columns, rows } = this.size;
    const line = ` sampan: ${text}`.slice(0, columns).padEnd(columns);
    process.stdout.write(`\x1b7\x1b[${rows};1H${statusRowColor}${line}\x1b[m\x1b8`);
    this.#hasStatus = true;
  }

  restore(): void {
    if (!this.#isRaw) return;
    this.#isRaw = false;
    process.off("exit", this.#restoreOnExit);
    const { rows } = this.size;
    const status = this.#hasStatus ? `\x1b7\x1b[${rows};1H\x1b[K\x1b8` : "";
    try {
      writeSync(1, `${status}${this.#modes.restore()}`);
      process.stdin.setRawMode(false);
    } catch {
      // The terminal itself is gone.
    }
  }
}

/**
 * Node's raw mode leaves the output processed: a bare line feed, which moves full-screen programs straight down, would go
 * to the first column as well. Leaving raw mode puts this back with the rest. Where there is no stty it stays as Node has it.
 */
function passOutputUnchanged(): void {
  if (process.platform === "win32") return;
  spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
}

function clamp(value: number, most: number): number {
  return Math.max(1, Math.min(most, value));
}
