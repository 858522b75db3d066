import { withPeer } from "../open-remote.js";
import { writeEvent } from "./json-output.js";
import { failedOutcome, outcomesOf, summarize } from "./outcomes.js";
import type { RunPlace } from "./remote-names.js";
import { type RunJob, runReport } from "./run-one.js";

/** Starts a command that runs on, and prints the ids by which it is found again; the status is the worst of all. */
export async function startDetached(places: readonly RunPlace[], job: RunJob, jobs?: number): Promise<number> {
  const [only] = places;
  if (places.length === 1 && only) {
    await startOn(only, job, "");
    return 0;
  }
  const outcomes = await outcomesOf(places, jobs, async (place) => {
    const { name } = place;
    try {
      await startOn(place, job, `${name} `);
      return { name, status: 0, note: "" };
    } catch (thrown) {
      return failedOutcome(name, thrown, runReport(job, name));
    }
  });
  return summarize(outcomes, job, "started");
}

async function startOn({ name, link, cwd }: RunPlace, job: RunJob, prefix: string): Promise<void> {
  const { argv, options, way, json, outputs, relay } = job;
  await withPeer(link, { ...way, signal: relay.abort }, async (peer) => {
    const { id } = await peer.jobs.start(argv, { cwd, ...options, signal: relay.abort });
    if (json) return writeEvent(outputs.stdout, { event: "started", remote: name, id });
    outputs.stdout.write(`${prefix}${id}\n`);
    if (process.stderr.isTTY) process.stderr.write(`sampan: sampan attach ${name} ${id} shows its output\n`);
  });
}
