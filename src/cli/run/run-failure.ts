import { toSampanError } from "../../wire/sampan-error.js";
import { tellErrorsAsEvents, tellFailure } from "../exit.js";
import { interruptionError } from "../interrupt.js";
import type { Outputs } from "./carry-output.js";
import { endOutputs } from "./local-output.js";
import { statusOfFailure } from "./run-status.js";

/** Where a failure is told. */
export interface FailureTelling {
  /** Our own standard output and error. */
  readonly outputs: Outputs;
  readonly json: boolean;
  /** The one remote that it is about, once that is known. */
  readonly remote: string | undefined;
}

/** Tells, after all that waits in the outputs, why a command could not be run or followed; returns the exit status. */
export async function tellRunFailure(thrown: unknown, telling: FailureTelling): Promise<number> {
  const error = interruptionError() ?? toSampanError(thrown);
  const exitStatus = statusOfFailure(error);
  if (!telling.json || !(await tellAsEvent(error, exitStatus, telling))) {
    tellErrorsAsEvents(undefined);
    tellFailure(error);
  }
  return exitStatus;
}

/** False where an event gets nowhere, as on a full disk. */
async function tellAsEvent(thrown: unknown, exitStatus: number, telling: FailureTelling): Promise<boolean> {
  const { outputs, remote } = telling;
  if (outputs.stdout.errored !== null) return false;
  tellErrorsAsEvents(outputs.stdout);
  tellFailure(thrown, { ...(remote === undefined ? {} : { remote }), exitStatus });
  return await endOutputs(outputs).then(
    () => true,
    () => false,
  );
}
