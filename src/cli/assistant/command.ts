import type { Target } from "../../assistant/exchange.js";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import type { Show } from "./flags.js";
import { showOf, targetOf } from "./options.js";

/** What somebody asks of the session, typed or as JSON. */
export type AssistantCommand =
  /** Text with escapes, as a line or a frame. */
  | { readonly do: "type"; readonly text: string }
  /** Text as it is, as a frame. */
  | { readonly do: "text"; readonly text: string; readonly to?: Target }
  | { readonly do: "hex"; readonly hex: string; readonly to?: Target }
  /** Bytes without framing and without a checksum. */
  | { readonly do: "raw"; readonly hex: string; readonly to?: Target }
  | { readonly do: "to"; readonly target: Target }
  | { readonly do: "every"; readonly intervalMs: number; readonly text: string }
  | { readonly do: "show"; readonly show: Show }
  /** Without a rule: no frames any more. */
  | { readonly do: "frame"; readonly rule: string | undefined }
  | { readonly do: "close" | "end"; readonly target: Target }
  | { readonly do: "peers" | "stop" | "help" | "quit" };

export const commandHelp = `Type text and Enter to send it; \\n \\r \\t \\0 \\x41 \\u4f60 are escapes, \\\\ is a backslash.
  /hex 01 02 ff     send bytes (framed, with the checksum)
  /raw 01 02 ff     send bytes as they are, without framing and checksum
  /to 2, /to all    send to peer 2 from now on, to all
  /peers            who is connected
  /show HOW         text, hex or both
  /frame RULE       cut frames by another rule; without RULE, none
  /every 1s TEXT    send TEXT again and again
  /stop             end that
  /close N, /close  close the connection of peer N; of those that you send to
  /quit             end (Ctrl-D ends sending only, Ctrl-C ends at once)
  //TEXT            send text that begins with a slash`;

export const commandWords: readonly string[] = [
  "/hex",
  "/raw",
  "/to",
  "/peers",
  "/show",
  "/frame",
  "/every",
  "/stop",
  "/close",
  "/help",
  "/quit",
];

/** A line as it was typed; `target` is whom lines go to now. E_USAGE for a command that is none. */
export function parseTyped(line: string, target: Target): AssistantCommand {
  if (!line.startsWith("/")) return { do: "type", text: line };
  if (line.startsWith("//")) return { do: "type", text: line.slice(1) };
  const [, word = "", rest = ""] = /^\/(\S*)\s*(.*)$/s.exec(line) ?? [];
  switch (word) {
    case "hex":
    case "raw":
      if (rest === "") throw new SampanError("E_USAGE", `write the bytes behind it: /${word} 01 02 ff`);
      return { do: word, hex: rest };
    case "to":
      return { do: "to", target: targetOf(rest.trim()) };
    case "show":
      return { do: "show", show: showOf(rest.trim()) };
    case "frame":
      return { do: "frame", rule: rest === "" || rest === "none" ? undefined : rest };
    case "every": {
      const [, time, text] = /^(\S+) (.+)$/s.exec(rest) ?? [];
      if (time === undefined || text === undefined) throw new SampanError("E_USAGE", "write /every 1s TEXT");
      return { do: "every", intervalMs: parseDurationMs(time), text };
    }
    case "close":
      return { do: "close", target: rest === "" ? target : targetOf(rest.trim()) };
    case "peers":
    case "stop":
    case "help":
    case "quit":
      return { do: word };
    default:
      throw new SampanError(
        "E_USAGE",
        `there is no command /${word}; /help lists them, and //${word} sends it as text`,
      );
  }
}

/**
 * A line of JSON, as `--json` reads them. E_USAGE for anything but:
 *
 *     {"send":"text"}  {"hex":"01 02"}  {"raw":"01 02"}      each also with "to": N or "all"
 *     {"close":N}  {"end":N}  {"frame":"u32be"}  {"quit":true}
 */
export function parseJsonCommand(line: string): AssistantCommand {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    throw badCommand("it is no JSON");
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) throw badCommand("it is no object");
  const { to, ...rest } = fields as Record<string, unknown>;
  const [name = "", ...more] = Object.keys(rest);
  if (more.length > 0) throw badCommand(`it says both "${name}" and "${more.join('", "')}"`);
  const value = rest[name];
  const whom = to === undefined ? {} : { to: jsonTarget(to) };
  if (typeof value === "string" && name === "send") return { do: "text", text: value, ...whom };
  if (typeof value === "string" && (name === "hex" || name === "raw")) return { do: name, hex: value, ...whom };
  if (to !== undefined) throw badCommand('"to" goes with "send", "hex" and "raw"');
  if (name === "close" || name === "end") return { do: name, target: jsonTarget(value) };
  if (name === "frame" && (value === null || typeof value === "string"))
    return { do: "frame", rule: value ?? undefined };
  if (name === "quit" && value === true) return { do: "quit" };
  throw badCommand("it is none that is known");
}

function jsonTarget(value: unknown): Target {
  if (value === "all") return "all";
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw badCommand('a peer is its number, or "all"');
}

function badCommand(why: string): SampanError {
  return new SampanError(
    "E_USAGE",
    `a line of standard input is no command: ${why}; write {"send":"text"} or {"hex":"01 02"}, perhaps with "to"`,
  );
}
