import type { ConnectOptions } from "../../service/api.js";
import type { RunOptions, RunResult } from "../../service/run/run-api.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import type { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { withPeer } from "../open-remote.js";
import { carryOutput, type Outputs, outputOption } from "./carry-output.js";
import { jsonOutput, writeEvent } from "./json-output.js";
import type { SignalRelay } from "./relay-signals.js";
import type { RunPlace } from "./remote-names.js";
import { statusOfResult } from "./run-status.js";

/** A command that is to run on one remote or several. */
export interface RunJob {
  readonly argv: readonly string[];
  readonly options: RunOptions;
  readonly encoding: TextEncoding | undefined;
  readonly way: ConnectOptions;
  readonly json: boolean;
  readonly relay: SignalRelay;
  /** Our own standard output and error. */
  readonly outputs: Outputs;
}

/** What is told of a command beside its output. */
export interface RunReport {
  queued(ahead: number): void;
  started(id: string): void;
  exited(result: RunResult, status: number): void;
  failed?(error: SampanError, status: number): void;
  readonly outputs: Outputs;
}

/** Runs a command on one remote, and resolves to its exit status. */
export async function runOnOne(place: RunPlace, job: RunJob, report: RunReport): Promise<number> {
  const { argv, options, way, relay } = job;
  return withPeer(place.link, { ...way, signal: relay.abort }, async (peer) => {
    const run = peer.run(argv, {
      ...options,
      ...outputOption(report.outputs, job.encoding),
      cwd: options.cwd ?? place.cwd,
      signal: relay.abort,
      onQueued: (ahead) => report.queued(ahead),
    });
    run.started.then(
      ({ id }) => {
        relay.add(run);
        report.started(id);
      },
      () => {},
    );
    const result = await carryOutput(run, report.outputs, job.encoding).finally(() => relay.remove(run));
    const status = statusOfResult(result);
    report.exited(result, status);
    return status;
  });
}

/** Tells of a command on standard error, or all of it as events. */
export function runReport({ json, outputs }: Pick<RunJob, "json" | "outputs">, remote: string): RunReport {
  const out = outputs.stdout;
  if (json) {
    return {
      queued: (ahead) => writeEvent(out, { event: "queued", remote, ahead }),
      started: (id) => writeEvent(out, { event: "started", remote, id }),
      exited: (result, exitStatus) => writeEvent(out, exitedEvent(remote, result, exitStatus)),
      failed: ({ code, message }, exitStatus) => writeEvent(out, { event: "error", remote, code, message, exitStatus }),
      outputs: {
        stdout: jsonOutput(out, { remote, stream: "stdout" }),
        stderr: jsonOutput(out, { remote, stream: "stderr" }),
      },
    };
  }
  return {
    queued: (ahead) => {
      process.stderr.write(
        `sampan: ${remote} has as many commands as it runs at once; ${ahead} wait before this one\n`,
      );
    },
    started: () => {},
    exited: (result) => {
      const note = exitNote(result);
      if (note !== "") process.stderr.write(`sampan: ${note}\n`);
    },
    outputs,
  };
}

function exitedEvent(remote: string, { status, signal, timedOut, leftOpen }: RunResult, exitStatus: number) {
  return { event: "exited", remote, status, signal: signal ?? null, timedOut, leftOpen, exitStatus };
}

/** What the status alone does not say. */
export function exitNote({ signal, timedOut, leftOpen }: RunResult): string {
  if (timedOut) return "the command was ended, as its time was over";
  if (leftOpen)
    return "the command is over; something it left running still had its output open, and is not listened to";
  return signal === undefined ? "" : `the command was ended by ${printable(signal)}`;
}
