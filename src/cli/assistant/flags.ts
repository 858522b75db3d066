import type { Command } from "commander";
import { SampanError } from "../../wire/sampan-error.js";

/** How bytes are shown. */
export type Show = "text" | "hex" | "both";

export const shows: readonly string[] = ["text", "hex", "both"] satisfies readonly Show[];

export const lineEnds: Readonly<Record<string, string>> = { lf: "\n", crlf: "\r\n", none: "" };

/** The flags of the assistant as the command line has them; `assistantOptions` reads their values. */
export interface AssistantFlags {
  readonly frame?: string;
  readonly show?: string;
  readonly encoding?: string;
  readonly eol?: string;
  /** In the order in which they were given. */
  readonly send?: readonly FlagData[];
  readonly every?: string;
  readonly count?: string;
  readonly append?: string;
  readonly reply?: readonly string[];
  readonly script?: string;
  readonly log?: string;
  readonly replay?: string;
  readonly speed?: string;
  readonly replaySide?: string;
  readonly replayPeer?: string;
  readonly to?: string;
  readonly halfOpen?: true;
  readonly json?: true;
}

/** What `--send` and `--send-hex` were given. */
export interface FlagData {
  readonly how: "text" | "hex";
  readonly data: string;
}

type WatchFlag = "frame" | "show" | "encoding" | "append" | "log" | "json";

/** The flags that a tap has, too: those of looking. */
const watchFlags: readonly WatchFlag[] = ["frame", "show", "encoding", "append", "log", "json"];

const sendFlags = [
  "eol",
  "send",
  "every",
  "count",
  "reply",
  "script",
  "replay",
  "speed",
  "replaySide",
  "replayPeer",
  "to",
  "halfOpen",
];

/** The flags of a pipe that an assistant has no use for. */
interface OneWayFlags {
  readonly sendOnly?: true;
  readonly recvOnly?: true;
}

/**
 * Whether `listen` and `connect` are an assistant and not a pipe: if a flag says so, or people are at both ends. E_USAGE
 * if other flags say that it is a pipe.
 */
export function wantsAssistant(flags: AssistantFlags & OneWayFlags): boolean {
  const oneWay = flags.sendOnly ? "--send-only" : flags.recvOnly ? "--recv-only" : undefined;
  const given = givenFlag(flags, [...watchFlags, ...sendFlags]);
  if (given !== undefined && oneWay !== undefined) {
    throw new SampanError("E_USAGE", `${oneWay} is for a pipe, and --${given} for the assistant; use one of them`);
  }
  return given !== undefined || (oneWay === undefined && process.stdin.isTTY && process.stdout.isTTY);
}

/** Whether `tap` shows what goes by: if a flag says so, or on a terminal. */
export function wantsWatch(flags: AssistantFlags & { readonly quiet?: true }): boolean {
  return givenFlag(flags, watchFlags) !== undefined || (!flags.quiet && process.stdout.isTTY);
}

function givenFlag(flags: object, names: readonly string[]): string | undefined {
  const given = flags as Readonly<Record<string, unknown>>;
  const name = names.find((name) => given[name] !== undefined);
  return name?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Adds the flags for looking at what goes by: all that `tap` takes. */
export function addWatchFlags(command: Command): Command {
  return command
    .option("--frame <rule>", "cut frames out of the stream: line, u32be, sampan … (docs/framing.md)")
    .option("--show <how>", "show bytes as text, hex or both (default text)")
    .option("--encoding <name>", "of text: utf-8, gbk, big5, shift_jis, latin1 … (default utf-8)")
    .option(
      "--append <checksum>",
      "crc16-modbus, crc16-ccitt, crc32, sum8, xor8, lrc …: sent behind each frame, and checked",
    )
    .option("--log <file>", "write what goes by into a new file, one JSON line a chunk")
    .option("--json", "one JSON event a line; commands as JSON lines on standard input");
}

/** Adds all flags of the assistant: what `listen` and `connect` take. */
export function addAssistantFlags(command: Command): Command {
  // --send and --send-hex are one list: what is sent first is what was written first.
  const sends: FlagData[] = [];
  const collect = (how: FlagData["how"]) => (data: string) => {
    sends.push({ how, data });
    return sends;
  };
  return addWatchFlags(command)
    .option("--eol <end>", "what ends a line that is typed: lf, crlf or none (default lf)")
    .option(
      "--send <text>",
      "send this to each peer that connects; \\n, \\x41 … are escapes; repeatable",
      collect("text"),
    )
    .option(
      "--send-hex <bytes>",
      'send these bytes, such as "01 03 00 00"; repeatable',
      (data) => void collect("hex")(data),
    )
    .on("option:send-hex", () => command.setOptionValue("send", sends))
    .option("--every <time>", "send that again and again: 500ms, 2s")
    .option("--count <n>", "so many times")
    .option(
      "--reply <rule=>answer>",
      "answer a frame: PING=>PONG, hex:01 (..)=>hex:81 $1, re:/a(.)/=>$1; repeatable",
      gather,
    )
    .option("--script <file>", "an .mjs file whose default export is called with each frame")
    .option("--replay <file>", "send what a log holds again")
    .option("--speed <n>", "so many times as fast, or max")
    .option("--replay-side <dir>", "of the log, send what came in, or what went out")
    .option("--replay-peer <n>", "of the log, send what belongs to this connection")
    .option("--to <n>", "send to one peer, or to all (default all)")
    .option("--half-open", "stay connected when the peer has ended sending, until you end, too");
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
