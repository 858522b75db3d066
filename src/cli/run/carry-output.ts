import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Run, RunResult } from "../../service/run/run-api.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import { transcoder } from "./transcoder.js";

/** Where the two outputs of a command go. */
export interface Outputs {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Carries the output of a command to where it goes; resolves when the command is over and all of it is there. */
export async function carryOutput(run: Run, outputs: Outputs, encoding: TextEncoding | undefined): Promise<RunResult> {
  const both = Promise.all([carry(run.stdout, outputs.stdout, encoding), carry(run.stderr, outputs.stderr, encoding)]);
  const [result] = await Promise.all([run.result, both]);
  return result;
}

async function carry(from: Readable, to: Writable, encoding: TextEncoding | undefined): Promise<void> {
  const last = encoding ? from.pipe(transcoder(encoding)) : from;
  // A connection that is lost ends the result with its error; what has come is still written.
  from.once("close", () => {
    if (!from.readableEnded) to.end();
  });
  last.pipe(to);
  await finished(to);
}
