import { textEncoding } from "../../service/text-encoding.js";
import { countOf } from "../byte-size.js";
import { abortOnInterrupt } from "../interrupt.js";
import { withPeer } from "../open-remote.js";
import { carryOutput, outputOption } from "../run/carry-output.js";
import { writeEvent } from "../run/json-output.js";
import { endOutputs, localOutputs } from "../run/local-output.js";
import { findRunPlace } from "../run/remote-names.js";
import { tellRunFailure } from "../run/run-failure.js";
import { runReport } from "../run/run-one.js";
import { statusOfResult } from "../run/run-status.js";

export interface AttachFlags {
  readonly encoding?: string;
  readonly json?: true;
  readonly plain?: true;
}

/** sampan attach REMOTE ID: what was kept of a detached command's output, then what comes, and its status. */
export async function attach(remote: string, id: string, flags: AttachFlags): Promise<number> {
  const signal = abortOnInterrupt(`no longer attached; the command runs on: sampan attach ${remote} ${id}`);
  const outputs = localOutputs();
  const json = flags.json ?? false;
  let known: string | undefined;
  try {
    const encoding = flags.encoding === undefined ? undefined : await textEncoding(flags.encoding);
    const place = await findRunPlace(remote);
    const { name } = place;
    known = name;
    const report = runReport({ json, outputs }, name);
    const started = ({ droppedBytes }: { readonly droppedBytes: number }) => {
      if (json) writeEvent(outputs.stdout, { event: "started", remote: name, id, droppedBytes });
      else if (droppedBytes > 0) {
        process.stderr.write(`sampan: the oldest ${countOf(droppedBytes, "byte")} of output were not kept\n`);
      }
    };
    const status = await withPeer(place.link, { plain: flags.plain ?? false, signal }, async (peer) => {
      const run = peer.jobs.attach(id, { signal, ...outputOption(report.outputs, encoding) });
      run.started.then(started, () => {});
      const result = await carryOutput(run, report.outputs, encoding);
      const exitStatus = statusOfResult(result);
      if (json) report.exited(result, exitStatus);
      return exitStatus;
    });
    await endOutputs(outputs);
    return status;
  } catch (thrown) {
    return await tellRunFailure(thrown, { outputs, json, remote: known });
  }
}
