import type { ChildProcess } from "node:child_process";

/** From SIGTERM to SIGKILL. */
const graceMs = 5000;
/** How often it is looked whether a group that was asked to end is gone. */
const lookEveryMs = 100;

/** A process and all it has started, as far as these have not gone their own way (setsid). */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #id: number;
  #terminating = false;

  constructor(child: ChildProcess, id: number) {
    this.#child = child;
    this.#id = id;
  }

  /** False if nothing of the group is left. */
  signal(name: NodeJS.Signals | 0): boolean {
    // Windows has no groups: the process itself, whose children see its pipes close.
    if (process.platform === "win32") return this.#child.kill(name);
    try {
      process.kill(-this.#id, name);
      return true;
    } catch (error) {
      // macOS says EPERM of a group whose members all have ended and were not waited for.
      if ((error as NodeJS.ErrnoException).code === "EPERM") return this.#child.exitCode === null;
      return false;
    }
  }

  /** SIGTERM (and SIGCONT, for one that is stopped), then SIGKILL for what is left of the group after 5 s. */
  terminate(): void {
    if (this.#terminating || !this.signal("SIGTERM")) return;
    this.#terminating = true;
    this.signal("SIGCONT");
    const startedMs = performance.now();
    // Looked at now and then: the number of a group that is gone may come to belong to somebody else.
    const timer = setInterval(() => {
      const left = this.signal(0);
      if (left && performance.now() - startedMs < graceMs) return;
      clearInterval(timer);
      if (left) this.signal("SIGKILL");
    }, lookEveryMs);
  }
}
