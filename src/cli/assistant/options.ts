import { hexBytes, joinBytes, typedBytes } from "../../assistant/escaped-text.js";
import type { ExchangeSettings, Target } from "../../assistant/exchange.js";
import { parseReply } from "../../assistant/reply-rule.js";
import { loadScript } from "../../assistant/script-load.js";
import type { Direction } from "../../assistant/side.js";
import { type TextEncoding, textEncoding } from "../../service/text-encoding.js";
import { parseChecksum } from "../../wire/checksum.js";
import { parseRule } from "../../wire/framing/rule-text.js";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { type AssistantFlags, type FlagData, lineEnds, type Show, shows } from "./flags.js";

/** What the flags mean. */
export interface AssistantOptions {
  readonly exchange: ExchangeSettings;
  readonly show: Show;
  /** What ends a typed line; undefined if no flag says so. */
  readonly lineEnd: string | undefined;
  /** What each peer is sent when it connects. */
  readonly sends: readonly Uint8Array[];
  readonly every: { readonly intervalMs: number; readonly count: number } | undefined;
  readonly target: Target;
  /** Whether this side goes on when a peer has ended sending. */
  readonly halfOpen: boolean;
  readonly replay: ReplayOptions | undefined;
}

export interface ReplayOptions {
  readonly path: string;
  readonly speed: number | "max";
  readonly dir: Direction | undefined;
  readonly id: number | undefined;
}

/** Reads the flags' values and loads the script; E_USAGE for what does not go together. */
export async function assistantOptions(flags: AssistantFlags): Promise<AssistantOptions> {
  checkCompany(flags);
  const encoding = await textEncoding(flags.encoding ?? "utf-8");
  const lineEnd = flags.eol === undefined ? undefined : lineEndOf(flags.eol);
  const replies = (flags.reply ?? []).map((text) => parseReply(text, encoding));
  return {
    exchange: {
      encoding,
      replies,
      rule: flags.frame === undefined ? undefined : parseRule(flags.frame),
      checksum: flags.append === undefined ? undefined : parseChecksum(flags.append),
      script: flags.script === undefined ? undefined : await loadScript(flags.script),
    },
    show: showOf(flags.show ?? "text"),
    lineEnd,
    sends: (flags.send ?? []).map((data) => dataBytes(data, encoding, lineEnd ?? "")),
    every:
      flags.every === undefined
        ? undefined
        : {
            intervalMs: parseDurationMs(flags.every),
            count: flags.count === undefined ? Infinity : wholeNumber("--count", flags.count),
          },
    target: targetOf(flags.to ?? "all"),
    halfOpen: flags.halfOpen ?? false,
    replay: replayOptions(flags),
  };
}

export function showOf(text: string): Show {
  if (!shows.includes(text))
    throw new SampanError("E_USAGE", `"${text}" is no way to show bytes; there are text, hex and both`);
  return text as Show;
}

export function targetOf(text: string): Target {
  if (text === "all") return "all";
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is no peer; write its number, or all`);
}

function dataBytes({ how, data }: FlagData, encoding: TextEncoding, lineEnd: string): Uint8Array {
  return how === "hex" ? hexBytes(data) : joinBytes([typedBytes(data, encoding), encoding.encode(lineEnd)]);
}

function lineEndOf(name: string): string {
  const end = Object.hasOwn(lineEnds, name) ? lineEnds[name] : undefined;
  if (end === undefined) throw new SampanError("E_USAGE", `"${name}" is no line end; there are lf, crlf and none`);
  return end;
}

function wholeNumber(flag: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SampanError("E_USAGE", `${flag} wants a whole number from 1, not "${text}"`);
}

function checkCompany(flags: AssistantFlags): void {
  const lonely: readonly (readonly [boolean, string])[] = [
    [flags.every !== undefined && flags.send === undefined, "--every says how often; --send or --send-hex says what"],
    [flags.count !== undefined && flags.every === undefined, "--count goes with --every"],
    [flags.speed !== undefined && flags.replay === undefined, "--speed goes with --replay"],
    [flags.replaySide !== undefined && flags.replay === undefined, "--replay-side goes with --replay"],
    [flags.replayPeer !== undefined && flags.replay === undefined, "--replay-peer goes with --replay"],
  ];
  for (const [wrong, message] of lonely) if (wrong) throw new SampanError("E_USAGE", message);
}

function replayOptions(flags: AssistantFlags): ReplayOptions | undefined {
  if (flags.replay === undefined) return undefined;
  const { speed = "1", replaySide: dir, replayPeer } = flags;
  const times = speed === "max" ? "max" : Number(speed);
  if (times !== "max" && !(times > 0 && times < 1e9)) {
    throw new SampanError("E_USAGE", `"${speed}" is no speed; write how many times as fast, such as 10, or max`);
  }
  if (dir !== undefined && dir !== "in" && dir !== "out") {
    throw new SampanError("E_USAGE", `--replay-side is in or out, not "${dir}"`);
  }
  const id = replayPeer === undefined ? undefined : wholeNumber("--replay-peer", replayPeer);
  return { path: flags.replay, speed: times, dir, id };
}
