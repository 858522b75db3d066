import type { JobFacts } from "../../service/run/run-api.js";
import { printable } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { withPeer } from "../open-remote.js";
import { findRunPlace } from "../run/remote-names.js";

export interface JobsFlags {
  readonly json?: true;
  readonly plain?: true;
}

/** sampan jobs REMOTE: the commands that run there, and the detached ones that are over. */
export async function jobs(remote: string, flags: JobsFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  const { link } = await findRunPlace(remote);
  return withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    for (const job of await peer.jobs.list({ signal })) {
      process.stdout.write(flags.json ? jsonLine({ event: "job", ...job }) : `${jobLine(job)}\n`);
    }
    return 0;
  });
}

function jobLine({ id, argv, detached, startedAt, status, signal }: JobFacts): string {
  const state = status === undefined ? "running" : signal === undefined ? `status ${status}` : signal;
  const kind = detached ? "detached" : "attached";
  const words = argv.map((word) => printable(word)).join(" ");
  return [printable(id), kind, printable(state).padEnd(10), printable(startedAt), words].join("  ");
}
