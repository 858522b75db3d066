import type { OutputLog } from "./output-log.js";
import type { CommandEnd } from "./run-message.js";

/** A command that has been started: what its conversation needs of it. */
export interface Command {
  readonly log: OutputLog;
  /** It is over: its process has ended, and its output is in the log. */
  readonly ended: Promise<CommandEnd>;
  /** Gives it input; `taken` is told whether more makes sense. The bytes must not change before that. */
  write(bytes: Uint8Array, taken: (open: boolean) => void): void;
  endInput(): void;
  /** Sends a signal to it and all it has started; E_USAGE if there is no such signal. */
  signal(name: string): void;
}
