import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Scene } from "../../bad-days/scene.js";

const run = promisify(execFile);
/** There is nothing to wait on: a terminal's screen is looked at until it shows what is wanted. */
const lookEveryMs = 25;

/** A terminal with somebody in front of it: tmux, with a socket of its own in the scene's folder. */
export class Tmux {
  readonly #socket: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(socket: string, env: NodeJS.ProcessEnv) {
    this.#socket = socket;
    this.#env = env;
  }

  /** Starts `command` (of a shell) in a terminal of 100 × 30. */
  static async start(scene: Scene, command: string, env: Readonly<Record<string, string>>): Promise<Tmux> {
    const tmux = new Tmux(scene.path(`tmux-${Math.random().toString(36).slice(2)}`), {
      ...process.env,
      LANG: "C.UTF-8",
      ...env,
    });
    scene.after(() => tmux.do("kill-server").catch(() => {}));
    await tmux.do("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", command);
    return tmux;
  }

  async do(...args: string[]): Promise<string> {
    const { stdout } = await run("tmux", ["-u", "-S", this.#socket, ...args], { env: this.#env });
    return stdout;
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.do("send-keys", "-l", text);
  }

  /** Presses keys by tmux's names: Enter, C-z, Escape. */
  async press(...keys: string[]): Promise<void> {
    await this.do("send-keys", ...keys);
  }

  screen(): Promise<string> {
    return this.do("capture-pane", "-p");
  }

  /** What tmux knows of the terminal, as `#{cursor_flag}`. */
  async knows(format: string): Promise<string> {
    return (await this.do("display-message", "-p", format)).trim();
  }

  /** The screen, when it matches. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      await pause(lookEveryMs);
    }
  }
}
