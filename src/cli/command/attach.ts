import { textEncoding } from "../../service/text-encoding.js";
import { toSampanError } from "../../wire/sampan-error.js";
import { countOf } from "../byte-size.js";
import { tellFailure } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { withPeer } from "../open-remote.js";
import { carryOutput, outputOption } from "../run/carry-output.js";
import { jsonOutput, writeEvent } from "../run/json-output.js";
import { localOutput } from "../run/local-output.js";
import { findRunPlace } from "../run/remote-names.js";
import { statusOfFailure, statusOfResult } from "../run/run-status.js";

export interface AttachFlags {
  readonly encoding?: string;
  readonly json?: true;
  readonly plain?: true;
}

/** sampan attach REMOTE ID: what was kept of a detached command's output, then what comes, and its status. */
export async function attach(remote: string, id: string, flags: AttachFlags): Promise<number> {
  const signal = abortOnInterrupt(`no longer attached; the command runs on: sampan attach ${remote} ${id}`);
  const out = localOutput(1);
  const outputs = flags.json
    ? { stdout: jsonOutput(out, { remote, stream: "stdout" }), stderr: jsonOutput(out, { remote, stream: "stderr" }) }
    : { stdout: out, stderr: localOutput(2) };
  const started = ({ droppedBytes }: { readonly droppedBytes: number }) => {
    if (flags.json) writeEvent(out, { event: "started", remote, id, droppedBytes });
    else if (droppedBytes > 0) {
      process.stderr.write(`sampan: the oldest ${countOf(droppedBytes, "byte")} of output were not kept\n`);
    }
  };
  try {
    const encoding = flags.encoding === undefined ? undefined : await textEncoding(flags.encoding);
    const { link } = await findRunPlace(remote);
    return await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
      const run = peer.jobs.attach(id, { signal, ...outputOption(outputs, encoding) });
      run.started.then(started, () => {});
      const result = await carryOutput(run, outputs, encoding);
      const exitStatus = statusOfResult(result);
      if (flags.json) writeEvent(out, { event: "exited", remote, ...result, exitStatus });
      return exitStatus;
    });
  } catch (thrown) {
    tellFailure(thrown);
    return statusOfFailure(toSampanError(thrown));
  }
}
