import type { RunResult } from "../../service/run/run-api.js";
import type { SampanError } from "../../wire/sampan-error.js";

/** As of timeout(1). */
const timedOutStatus = 124;
/** As of env, nohup, docker: the program was never reached, and what failed is the one that should have started it. */
const ownFailureStatus = 125;

/** The exit status for a command that ran: its own, 128 + n after a signal, 124 when its time was over. */
export function statusOfResult({ status, timedOut }: RunResult): number {
  return timedOut ? timedOutStatus : status;
}

/** The exit status when it could not be run or was lost: 127 no such program, 126 not to be run, 130 Ctrl-C, 125 all else. */
export function statusOfFailure({ code, exitStatus }: SampanError): number {
  const ownStatuses = ["E_NO_PROGRAM", "E_CANNOT_RUN", "E_INTERRUPTED"];
  return ownStatuses.includes(code) ? exitStatus : ownFailureStatus;
}
