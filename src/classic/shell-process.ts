import { type ChildProcess, spawn } from "node:child_process";
import { ProcessGroup } from "../service/run/process-group.js";

/** When all of the group has been killed for long, what has left it may still hold the pipes: they are let go. */
const pipesMs = 6_000;

/**
 * A command run by the system's shell in a process group of its own, so that all that it has started can be ended with
 * it. Its standard input is empty.
 */
export class ShellProcess {
  readonly child: ChildProcess;
  /** Fulfilled when the shell has ended and all that it wrote is read; rejected if it could not be started. */
  readonly closed: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #group: ProcessGroup | undefined;
  #pipesTimer: NodeJS.Timeout | undefined;
  readonly #kill = (): void => void this.#group?.signal("SIGKILL");

  /** Throws as `spawn` does, for a command with a NUL character. */
  constructor(command: string, folder: string) {
    this.child = spawn(command, {
      shell: true,
      cwd: folder,
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (this.child.pid !== undefined) this.#group = new ProcessGroup(this.child, this.child.pid);
    process.once("exit", this.#kill);
    this.closed = new Promise((resolve, reject) => {
      this.child.once("error", (error) => {
        this.#settle();
        reject(error);
      });
      this.child.once("close", (status, signal) => {
        this.#settle();
        resolve({ status, signal });
      });
    });
  }

  /** Ends the whole group: TERM, and after some seconds KILL for what is left of it. */
  end(): void {
    if (this.#pipesTimer !== undefined) return;
    this.#group?.terminate();
    this.#pipesTimer = setTimeout(() => {
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, pipesMs);
  }

  #settle(): void {
    process.off("exit", this.#kill);
    if (this.#pipesTimer === undefined) return;
    clearTimeout(this.#pipesTimer);
    // One that ignores TERM may have closed its output; it has had its chance with the others.
    this.#kill();
  }
}
