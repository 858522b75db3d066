import { textEncoding } from "../../service/text-encoding.js";
import { countOf } from "../byte-size.js";
import { abortOnInterrupt } from "../interrupt.js";
import { withPeer } from "../open-remote.js";
import { carryOutput, outputOption } from "../run/carry-output.js";
import { jsonOutput, writeEvent } from "../run/json-output.js";
import { endOutputs, localOutputs } from "../run/local-output.js";
import { findRunPlace } from "../run/remote-names.js";
import { tellRunFailure } from "../run/run-failure.js";
import { statusOfResult } from "../run/run-status.js";

export interface AttachFlags {
  readonly encoding?: string;
  readonly json?: true;
  readonly plain?: true;
}

/** sampan attach REMOTE ID: what was kept of a detached command's output, then what comes, and its status. */
export async function attach(remote: string, id: string, flags: AttachFlags): Promise<number> {
  const signal = abortOnInterrupt(`no longer attached; the command runs on: sampan attach ${remote} ${id}`);
  const own = localOutputs();
  const out = own.stdout;
  const outputs = flags.json
    ? { stdout: jsonOutput(out, { remote, stream: "stdout" }), stderr: jsonOutput(out, { remote, stream: "stderr" }) }
    : own;
  const started = ({ droppedBytes }: { readonly droppedBytes: number }) => {
    if (flags.json) writeEvent(out, { event: "started", remote, id, droppedBytes });
    else if (droppedBytes > 0) {
      process.stderr.write(`sampan: the oldest ${countOf(droppedBytes, "byte")} of output were not kept\n`);
    }
  };
  try {
    const encoding = flags.encoding === undefined ? undefined : await textEncoding(flags.encoding);
    const { link } = await findRunPlace(remote);
    const status = await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
      const run = peer.jobs.attach(id, { signal, ...outputOption(outputs, encoding) });
      run.started.then(started, () => {});
      const result = await carryOutput(run, outputs, encoding);
      const exitStatus = statusOfResult(result);
      if (flags.json) writeEvent(out, { event: "exited", remote, ...result, exitStatus });
      return exitStatus;
    });
    await endOutputs(own);
    return status;
  } catch (thrown) {
    return await tellRunFailure(thrown, own, flags.json ?? false);
  }
}
