import { toSampanError } from "../../wire/sampan-error.js";
import { tellErrorsAsEvents, tellFailure } from "../exit.js";
import type { Outputs } from "./carry-output.js";
import { endOutputs } from "./local-output.js";
import { statusOfFailure } from "./run-status.js";

/** Tells, after all that waits in `outputs`, why a command could not be run or followed; returns the exit status. */
export async function tellRunFailure(thrown: unknown, outputs: Outputs, json: boolean): Promise<number> {
  if (!json || !(await tellAsEvent(thrown, outputs))) {
    tellErrorsAsEvents(undefined);
    tellFailure(thrown);
  }
  return statusOfFailure(toSampanError(thrown));
}

/** False where an event gets nowhere, as on a full disk. */
async function tellAsEvent(thrown: unknown, outputs: Outputs): Promise<boolean> {
  if (outputs.stdout.errored !== null) return false;
  tellErrorsAsEvents(outputs.stdout);
  tellFailure(thrown);
  return await endOutputs(outputs).then(
    () => true,
    () => false,
  );
}
