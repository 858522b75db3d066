import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { ExchangeEvent } from "../assistant/exchange-event.js";
import { planReplay } from "../assistant/replay.js";
import { scriptError } from "../assistant/script-turns.js";
import { TrafficLog } from "../assistant/traffic-log.js";
import type { RawEndpoint, RawEvents } from "../transport/raw/connection.js";
import { toSampanError } from "../wire/sampan-error.js";
import { type AssistantCommand, parseJsonCommand, parseTyped } from "./assistant-command.js";
import type { AssistantFlags } from "./assistant-flags.js";
import { type AssistantOptions, assistantOptions } from "./assistant-options.js";
import { AssistantRows } from "./assistant-rows.js";
import { AssistantSession } from "./assistant-session.js";
import { type AssistantView, HeldOutput } from "./assistant-view.js";
import { JsonView } from "./assistant-view-json.js";
import { LinesView } from "./assistant-view-lines.js";
import { ScreenView } from "./assistant-view-screen.js";
import { onInterrupt } from "./interrupt.js";
import { terminalTraits } from "./terminal.js";

export interface AssistantTask {
  readonly role: "listen" | "connect";
  readonly flags: AssistantFlags;
  /** Listens or connects. */
  open(events: RawEvents): Promise<RawEndpoint>;
}

/** How long /quit waits for what was sent, and for the peers to end in order. */
const longestFarewellMs = 500;

/** `sampan listen` and `sampan connect` as an assistant. Returns the exit status. */
export async function runAssistant({ role, flags, open }: AssistantTask): Promise<number> {
  const options = await assistantOptions(flags);
  const { replay } = options;
  const plan = replay && (await planReplay(replay.path, { ...replay, role }));
  const log = flags.log === undefined ? undefined : new TrafficLog(flags.log, (error) => session.exchange.problem(error));
  let end = (_status: number): void => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  let early: ExchangeEvent[] | undefined = [];
  const show = (event: ExchangeEvent): void => {
    log?.write(event);
    view.event(event);
    if (event.event === "closed" && role === "connect") end(event.error?.exitStatus ?? 0);
  };
  let heard = (): void => {};
  const session = new AssistantSession(options, plan, {
    event: (event) => {
      if (event.event === "opened") heard();
      if (early === undefined) show(event);
      else early.push("bytes" in event ? { ...event, bytes: Uint8Array.from(event.bytes) } : event);
    },
    note: (text) => view.note(text),
    target: (target) => view.prompt(target === "all" ? "" : String(target)),
    quit: () => void farewell(session).then(() => end(0)),
  });
  const input = { wait: new Promise<void>((resolve) => (heard = resolve)), role, flags };
  const view = makeView(session, options, flags, () => end(0));
  if (options.exchange.script !== undefined) {
    process.on("uncaughtException", (thrown) => session.exchange.problem(scriptError(thrown)));
  }
  onInterrupt(() => end(role === "connect" && session.isBusy ? 130 : 0));
  try {
    const endpoint = await open(session.exchange);
    log?.begin(role, endpoint.address);
    view.begin(role, endpoint.address, endpoint.port);
    for (const event of early) show(event);
    early = undefined;
    view.prompt(session.target === "all" ? "" : String(session.target));
    if (!(view instanceof ScreenView)) void readLines(session, input);
    const status = await ended;
    session.stop();
    await endpoint.close();
    await session.exchange.allClosed();
    return status;
  } finally {
    await view.close();
    log?.close();
  }
}

/** Lets out what was sent, and ends in order with the peers that do. */
async function farewell(session: AssistantSession): Promise<void> {
  const timeout = new AbortController();
  const orderly = async (): Promise<void> => {
    await session.exchange.flushed();
    session.exchange.endSending("all");
    await session.exchange.allClosed();
  };
  session.stop();
  await Promise.race([orderly(), delay(longestFarewellMs, undefined, { signal: timeout.signal })]);
  timeout.abort();
}

function makeView(
  session: AssistantSession,
  options: AssistantOptions,
  flags: AssistantFlags,
  quit: () => void,
): AssistantView {
  const { stdin, stdout } = process;
  const output = new HeldOutput(stdout, { hold: () => session.exchange.hold(), release: () => session.exchange.release() });
  const { encoding } = options.exchange;
  if (flags.json) return new JsonView(encoding, output);
  const { live, color } = terminalTraits(stdout, process.env);
  const rows = new AssistantRows({
    encoding,
    color,
    columns: () => (stdout.isTTY ? stdout.columns : undefined),
    show: () => session.show,
    rule: () => session.rule,
  });
  if (!live || !stdin.isTTY) return new LinesView(rows, output);
  return new ScreenView(
    rows,
    output,
    { stdin, stdout, color },
    {
      line: (line) => {
        if (line !== "") obey(session, () => parseTyped(line, session.target));
      },
      end: () => session.exchange.endSending(session.target),
      quit,
    },
  );
}

function obey(session: AssistantSession, read: () => AssistantCommand): void {
  try {
    session.run(read());
  } catch (thrown) {
    session.exchange.problem(toSampanError(thrown));
  }
}

/**
 * Lines of standard input, where that is no terminal: commands with `--json`, else as if they were typed, from when the
 * first peer is there. At its end a client ends sending as soon as the flags' own work is done, unless it answers by
 * itself; a server goes on.
 */
async function readLines(
  session: AssistantSession,
  { wait, role, flags }: { wait: Promise<void>; role: "listen" | "connect"; flags: AssistantFlags },
): Promise<void> {
  if (!flags.json) await wait;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (flags.json && line.trim() === "") continue;
    await session.exchange.drained(session.target);
    obey(session, () => (flags.json ? parseJsonCommand(line) : parseTyped(line, session.target)));
  }
  if (role === "listen" || session.answers) return;
  await session.worked();
  session.exchange.endSending("all");
}
