import { outputWindowBytes } from "../../session/run/command-client.js";
import { checkArguments, runHeader } from "../../session/run/run-message.js";
import { type Header, type Message, parseJson } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { PeerDoor } from "../peer-door.js";
import { type JobFacts, parseJobFacts } from "./job-facts.js";
import { PeerRun } from "./peer-run.js";
import type { PeerJobs, Run, RunOptions } from "./run-api.js";

/** Runs a command on the peer behind a door. E_USAGE for no command at all. */
export function runOnPeer(door: PeerDoor, argv: readonly string[], options: RunOptions): Run {
  const { input = "pipe" } = options;
  return new PeerRun(door, requestOf(argv, options, input !== "none", false), options);
}

function requestOf(argv: readonly string[], options: RunOptions, input: boolean, detach: boolean): Header {
  checkArguments(argv, "E_USAGE");
  const { shell = false, cwd = "", env = {}, timeoutMs } = options;
  return runHeader({ argv, shell, cwd, env, timeoutMs, input, detach, window: outputWindowBytes });
}

export function jobsOfPeer(door: PeerDoor): PeerJobs {
  return {
    list: async (options = {}) => {
      const found: JobFacts[] = [];
      await call(door, { kind: "jobs" }, options.signal, ({ header, body }) => {
        if (header.kind !== "joblist") return;
        const list = parseJson(body, "list of commands");
        if (!Array.isArray(list)) throw new SampanError("E_PROTOCOL", "a list of commands must be a list");
        for (const item of list) found.push(parseJobFacts(item));
      });
      return found;
    },
    start: async (argv, options = {}) => {
      const run = new PeerRun(door, requestOf(argv, options, false, true), { ...options, input: "none" });
      const { id } = await run.started;
      await run.end;
      return { id };
    },
    attach: (id, options = {}) =>
      new PeerRun(door, { kind: "attach", id, window: outputWindowBytes }, { ...options, input: "none" }),
    kill: async (id, signal, options = {}) => {
      await call(door, { kind: "kill", id, ...(signal === undefined ? {} : { signal }) }, options.signal);
    },
  };
}

async function call(
  door: PeerDoor,
  request: Header,
  signal: AbortSignal | undefined,
  onMessage: (message: Message) => void = () => {},
): Promise<void> {
  const connection = await door.take(signal);
  try {
    await connection.call(request, onMessage, signal);
  } finally {
    door.give(connection);
  }
}
