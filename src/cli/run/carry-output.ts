import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Run, RunOptions, RunResult } from "../../service/run/run-api.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import { transcoder } from "./transcoder.js";

/** Where the two outputs of a command go. */
export interface Outputs {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** How a run is to hand over its output, for `carryOutput` with the same arguments. */
export function outputOption(outputs: Outputs, encoding: TextEncoding | undefined): Pick<RunOptions, "onOutput"> {
  if (encoding) return {};
  return { onOutput: (stream, bytes, done) => void outputs[stream].write(bytes, done) };
}

/** Carries the output of a command to where it goes; resolves when the command is over and all of it is there. */
export async function carryOutput(run: Run, outputs: Outputs, encoding: TextEncoding | undefined): Promise<RunResult> {
  const { stdout, stderr } = outputs;
  const both = Promise.all([finished(stdout), finished(stderr)]);
  both.catch(() => {});
  if (encoding) {
    carry(run.stdout, stdout, encoding);
    carry(run.stderr, stderr, encoding);
  }
  try {
    // An output that cannot be written ends it as well.
    return await Promise.race([run.result, both.then(() => run.result)]);
  } finally {
    // A connection that is lost has its error; what has come is still written.
    if (!encoding) for (const out of [stdout, stderr]) out.end();
    await both;
  }
}

function carry(from: Readable, to: Writable, encoding: TextEncoding): void {
  const text = transcoder(encoding);
  from.once("close", () => text.end());
  from.pipe(text).pipe(to);
}
