import { toSampanError } from "../../wire/sampan-error.js";
import { errorText } from "../exit.js";
import { paint, terminalTraits } from "../terminal.js";
import { writeEvent } from "./json-output.js";
import type { RunPlace } from "./remote-names.js";
import type { RunJob, RunReport } from "./run-one.js";
import { statusOfFailure } from "./run-status.js";

const defaultJobs = 8;

/** What became of a command on one of several remotes. */
export interface Outcome {
  readonly name: string;
  readonly status: number;
  readonly note: string;
}

/** Does something on several remotes, `jobs` at once; what fails on one keeps it from no other. */
export async function outcomesOf(
  places: readonly RunPlace[],
  jobs: number | undefined,
  act: (place: RunPlace, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const waiting = places.map((place, index) => ({ place, index }));
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      outcomes[next.index] = await act(next.place, next.index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs ?? defaultJobs, places.length) }, work));
  return outcomes;
}

/** The outcome where sampan itself failed, told to the report. */
export function failedOutcome(name: string, thrown: unknown, report: RunReport): Outcome {
  const error = toSampanError(thrown);
  const status = statusOfFailure(error);
  report.failed?.(error, status);
  return { name, status, note: errorText(error).replace(/^sampan: /, "") };
}

/** Tells how many went well, which `well` says in words, and each that did not; returns the worst status. */
export function summarize(outcomes: readonly Outcome[], { json, outputs }: RunJob, well: string): number {
  const exitStatus = Math.max(...outcomes.map((outcome) => outcome.status));
  const failed = outcomes.filter((outcome) => outcome.status !== 0);
  if (json) {
    writeEvent(outputs.stdout, { event: "done", remotes: outcomes.length, failed: failed.length, exitStatus });
    return exitStatus;
  }
  const { color } = terminalTraits(process.stderr, process.env);
  const count = outcomes.length - failed.length;
  const tone = count > 0 ? "good" : "plain";
  process.stderr.write(paint(`${count} of ${outcomes.length} remotes: ${well}\n`, tone, color));
  for (const { name, status, note } of failed) {
    process.stderr.write(paint(`${name}: status ${status}${note === "" ? "" : `, ${note}`}\n`, "warning", color));
  }
  return exitStatus;
}
