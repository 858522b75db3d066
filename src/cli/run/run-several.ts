import { toSampanError } from "../../wire/sampan-error.js";
import { errorText } from "../exit.js";
import { paint, terminalTraits } from "../terminal.js";
import { writeEvent } from "./json-output.js";
import { linePrefix, PrefixedLines } from "./prefixed-lines.js";
import type { RunPlace } from "./remote-names.js";
import { exitNote, type RunJob, type RunReport, runOnOne, runReport } from "./run-one.js";
import { statusOfFailure } from "./run-status.js";

const defaultJobs = 8;

interface Outcome {
  readonly name: string;
  readonly status: number;
  readonly note: string;
}

/** Runs a command on several remotes, `jobs` at once; the status is the worst of all. */
export async function runOnSeveral(places: readonly RunPlace[], job: RunJob, jobs = defaultJobs): Promise<number> {
  const width = Math.max(...places.map(({ name }) => name.length));
  const waiting = places.map((place, index) => ({ place, index }));
  const outcomes: Outcome[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      outcomes[next.index] = await outcomeOf(next.place, next.index, width, job);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, places.length) }, work));
  const status = Math.max(...outcomes.map((outcome) => outcome.status));
  summarize(outcomes, status, job);
  return status;
}

async function outcomeOf(place: RunPlace, index: number, width: number, job: RunJob): Promise<Outcome> {
  const { name } = place;
  let note = "";
  const report = severalReport(job, name, index, width, (text) => {
    note = text;
  });
  try {
    // What is typed or piped in goes to nobody: it cannot be meant for all.
    const quiet = { ...job, options: { ...job.options, input: "none" as const } };
    return { name, status: await runOnOne(place, quiet, report), note };
  } catch (thrown) {
    const error = toSampanError(thrown);
    const status = statusOfFailure(error);
    report.failed?.(error, status);
    return { name, status, note: errorText(error).replace(/^sampan: /, "") };
  }
}

function severalReport(
  job: RunJob,
  name: string,
  index: number,
  width: number,
  tellNote: (note: string) => void,
): RunReport {
  const report = runReport(job, name);
  if (job.json) return report;
  const lines = (stream: "stdout" | "stderr") => {
    const { color } = terminalTraits(process[stream], process.env);
    return new PrefixedLines(job.outputs[stream], linePrefix(name, index, width, color));
  };
  return {
    ...report,
    exited: (result) => tellNote(exitNote(result)),
    outputs: { stdout: lines("stdout"), stderr: lines("stderr") },
  };
}

function summarize(outcomes: readonly Outcome[], status: number, { json, outputs }: RunJob): void {
  const failed = outcomes.filter((outcome) => outcome.status !== 0);
  if (json) {
    const counts = { remotes: outcomes.length, failed: failed.length };
    writeEvent(outputs.stdout, { event: "done", ...counts, exitStatus: status });
    return;
  }
  const { color } = terminalTraits(process.stderr, process.env);
  const well = outcomes.length - failed.length;
  process.stderr.write(paint(`${well} of ${outcomes.length} remotes: status 0\n`, well > 0 ? "good" : "plain", color));
  for (const { name, status: one, note } of failed) {
    process.stderr.write(paint(`${name}: status ${one}${note === "" ? "" : `, ${note}`}\n`, "warning", color));
  }
}
