import { type ChildProcess, spawn } from "node:child_process";

/** How long a command may take to end in order before it is killed. */
const graceMs = 2_000;

/**
 * A command run by the system's shell in a process group of its own, so that all that it has started can be ended with
 * it. Its standard input is empty.
 */
export class ProcessGroup {
  readonly child: ChildProcess;
  /** Fulfilled when the shell has ended and all that it wrote is read. */
  readonly closed: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
  #over = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #atExit = (): void => this.#signal("SIGKILL");

  /** Throws as `spawn` does, for a command with a NUL character. */
  constructor(command: string, folder: string) {
    this.child = spawn(command, {
      shell: true,
      cwd: folder,
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    process.once("exit", this.#atExit);
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

  /** Ends the whole group: TERM, and KILL for what is left of it after a while. */
  end(): void {
    if (this.#over || this.#timer !== undefined) return;
    this.#signal("SIGTERM");
    this.#timer = setTimeout(() => {
      this.#signal("SIGKILL");
      // What has left the group may still hold the pipes.
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, graceMs);
  }

  #settle(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    // One that ignores TERM and has closed its output.
    if (this.#timer !== undefined) this.#signal("SIGKILL");
    process.off("exit", this.#atExit);
  }

  #signal(name: "SIGTERM" | "SIGKILL"): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.child.kill(name);
      else process.kill(-pid, name);
    } catch {
      // nobody is left in it
    }
  }
}
