import { toSampanError } from "../../wire/sampan-error.js";
import { tellErrorsAsEvents, tellFailure } from "../exit.js";
import type { Outputs } from "./carry-output.js";
import { endOutputs } from "./local-output.js";
import { statusOfFailure } from "./run-status.js";

/** Tells, after all that waits in `outputs`, why a command could not be run or followed; returns the exit status. */
export async function tellRunFailure(thrown: unknown, outputs: Outputs, json: boolean): Promise<number> {
  if (json) tellErrorsAsEvents(outputs.stdout);
  tellFailure(thrown);
  await endOutputs(outputs);
  return statusOfFailure(toSampanError(thrown));
}
