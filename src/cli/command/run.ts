import type { RunOptions } from "../../service/run/run-api.js";
import { textEncoding } from "../../service/text-encoding.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Outputs } from "../run/carry-output.js";
import { endOutputs, localOutputs } from "../run/local-output.js";
import { SignalRelay } from "../run/relay-signals.js";
import { findRunPlaces, type RunPlace } from "../run/remote-names.js";
import { tellRunFailure } from "../run/run-failure.js";
import { type RunJob, runOnOne, runReport } from "../run/run-one.js";
import { runOnSeveral } from "../run/run-several.js";
import { startDetached } from "../run/start-detached.js";
import { type WayFlags, wayOptions } from "../way.js";

export interface RunFlags extends WayFlags {
  readonly shell?: true;
  readonly cwd?: string;
  readonly env?: readonly string[];
  readonly timeout?: number;
  readonly encoding?: string;
  readonly stdin: boolean;
  readonly detach?: true;
  readonly jobs?: number;
  readonly json?: true;
}

/** sampan run REMOTE[,REMOTE…] -- CMD ARG…: the command's status, or 125 to 127 if it could not be run. */
export async function run(remotes: string, argv: readonly string[], flags: RunFlags): Promise<number> {
  const outputs = localOutputs();
  let remote: string | undefined;
  try {
    if (argv.length === 0) throw new SampanError("E_USAGE", "no command was given; write it after --");
    const places = await findRunPlaces(remotes);
    if (places.length === 1) remote = places[0]?.name;
    const status = await runAt(places, outputs, argv, flags);
    await endOutputs(outputs);
    return status;
  } catch (thrown) {
    return await tellRunFailure(thrown, { outputs, json: flags.json ?? false, remote });
  }
}

async function runAt(
  places: readonly RunPlace[],
  outputs: Outputs,
  argv: readonly string[],
  flags: RunFlags,
): Promise<number> {
  const job: RunJob = {
    argv,
    options: runOptions(flags),
    encoding: flags.encoding === undefined ? undefined : await textEncoding(flags.encoding),
    way: wayOptions(flags),
    json: flags.json ?? false,
    relay: new SignalRelay(),
    outputs,
  };
  const [only] = places;
  if (flags.detach) return await startDetached(places, job, flags.jobs);
  if (places.length === 1 && only) {
    const input = flags.stdin ? process.stdin : "none";
    return await runOnOne(only, { ...job, options: { ...job.options, input } }, runReport(job, only.name));
  }
  return await runOnSeveral(places, job, flags.jobs);
}

function runOptions({ shell, cwd, env, timeout }: RunFlags): RunOptions {
  return {
    ...(shell ? { shell } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: Object.fromEntries(env.map(readVariable)) }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

/** `K=V`; `K` alone passes on the value that it has here. */
function readVariable(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  const own = process.env[text];
  if (equals === 0 || text === "" || own === undefined) {
    throw new SampanError("E_USAGE", `--env ${text}: write NAME=VALUE, or the NAME of a variable that is set here`);
  }
  return [text, own];
}
