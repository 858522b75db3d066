import { terminalTraits } from "../terminal.js";
import { failedOutcome, type Outcome, outcomesOf, summarize } from "./outcomes.js";
import { linePrefix, PrefixedLines } from "./prefixed-lines.js";
import type { RunPlace } from "./remote-names.js";
import { exitNote, type RunJob, type RunReport, runOnOne, runReport } from "./run-one.js";

/** Runs a command on several remotes, `jobs` at once; the status is the worst of all. */
export async function runOnSeveral(places: readonly RunPlace[], job: RunJob, jobs?: number): Promise<number> {
  const width = Math.max(...places.map(({ name }) => name.length));
  const outcomes = await outcomesOf(places, jobs, (place, index) => outcomeOf(place, index, width, job));
  return summarize(outcomes, job, "status 0");
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
    return failedOutcome(name, thrown, report);
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
