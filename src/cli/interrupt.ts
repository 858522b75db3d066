import { SampanError } from "../wire/sampan-error.js";

let interruption: SampanError | undefined;

/** The interruption that the user asked for, if so. */
export function interruptionError(): SampanError | undefined {
  return interruption;
}

const signals = ["SIGINT", "SIGTERM", ...(process.platform === "win32" ? [] : ["SIGHUP" as const])] as const;

/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM); a second one ends the process at once.
 * `message` says what was interrupted and how to go on.
 */
export function abortOnInterrupt(message: string): AbortSignal {
  const controller = new AbortController();
  onInterrupt(() => {
    interruption = new SampanError("E_INTERRUPTED", message);
    controller.abort(interruption);
  });
  return controller.signal;
}

/** Calls `first` at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export function onInterrupt(first: () => void): void {
  let told = false;
  for (const name of signals) {
    process.on(name, () => {
      if (told) process.exit(130);
      told = true;
      first();
    });
  }
}
