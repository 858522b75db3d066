import { SampanError } from "../../wire/sampan-error.js";

const relayed = [
  "SIGINT",
  "SIGTERM",
  ...(process.platform === "win32" ? [] : (["SIGHUP", "SIGQUIT"] as const)),
] as const;

/** What a signal to this process is passed on to. */
export interface SignalTarget {
  kill(signal: string): void;
}

/**
 * Passes the first Ctrl-C, SIGTERM, SIGHUP or SIGQUIT on to the commands that run; a second signal ends this process, and the
 * dropped connection ends the command. Before anything runs the first one ends the waiting by `abort`.
 */
export class SignalRelay {
  readonly #controller = new AbortController();
  readonly #targets = new Set<SignalTarget>();
  #told = false;

  constructor() {
    for (const name of relayed) process.on(name, () => this.#take(name));
  }

  /** Aborted when nothing runs yet. */
  get abort(): AbortSignal {
    return this.#controller.signal;
  }

  add(target: SignalTarget): void {
    this.#targets.add(target);
  }

  remove(target: SignalTarget): void {
    this.#targets.delete(target);
  }

  #take(name: NodeJS.Signals): void {
    if (this.#told) process.exit(130);
    this.#told = true;
    if (this.#targets.size === 0) {
      this.#controller.abort(new SampanError("E_INTERRUPTED", "interrupted before the command ran"));
      return;
    }
    for (const target of this.#targets) target.kill(name);
    if (process.stderr.isTTY) {
      process.stderr.write(`sampan: ${name} is passed on; once more ends it from here\n`);
    }
  }
}
