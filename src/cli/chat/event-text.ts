import type { RoomEvent } from "../../service/chat/chat-api.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";

/** How parts of a line look; plain text where nothing is painted. */
export interface ChatStyle {
  readonly name: (name: string) => string;
  readonly dim: (text: string) => string;
  /** Lines of one message that are shown. */
  readonly mostLines: number;
  /** Characters of one line that are shown. */
  readonly mostLength: number;
}

export const plainStyle: ChatStyle = {
  name: (name) => name,
  dim: (text) => text,
  mostLines: Number.MAX_SAFE_INTEGER,
  mostLength: Number.MAX_SAFE_INTEGER,
};

/** What happens in a room, as lines for people: terminal escapes in it are shown, not obeyed. */
export function eventLines(event: RoomEvent, style: ChatStyle = plainStyle): string[] {
  switch (event.event) {
    case "said":
      return saidLines(event, style);
    case "came":
      return [style.dim(`${clock(event.at)} * ${printable(event.name)} came in`)];
    case "left":
      return [style.dim(`${clock(event.at)} * ${printable(event.name)} left`)];
    case "joined":
      return joinedLines(event).map((line) => style.dim(line));
    case "lost":
      return [style.dim(`* ${printable(event.error.message)}; trying again`)];
    case "slow-down":
      return [style.dim(`* too fast: the server takes the next message in ${Math.ceil(event.ms / 1000)} s`)];
    default:
      return [];
  }
}

function saidLines(event: Extract<RoomEvent, { event: "said" }>, style: ChatStyle): string[] {
  const { at, from, text, file, kept } = event;
  const isDeed = text.startsWith("/me ");
  const name = style.name(printable(from));
  const head = `${style.dim(clock(at))} ${isDeed ? `* ${name} ` : `${name}: `}`;
  const lines = text === "" && file ? [] : safeLines(isDeed ? text.slice(4) : text, style);
  if (file) lines.push(`[file ${printable(file.name)}, ${formatBytes(file.bytes)}]`);
  if (!kept) lines.push(style.dim("(not kept: the server cannot write it to its disk)"));
  return lines.map((line, index) => (index === 0 ? head : "      ") + line);
}

/** `text` of a peer as lines that a terminal shows and does not obey. */
function safeLines(text: string, { mostLines, mostLength, dim }: ChatStyle): string[] {
  const lines = text.replaceAll("\t", "    ").split(/\r?\n/);
  const shown = lines.slice(0, mostLines).map((line) => printable(line, mostLength));
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, dim(`(and ${rest} more lines)`)] : shown;
}

function joinedLines({ room, name, members, again, missed }: Extract<RoomEvent, { event: "joined" }>): string[] {
  const gap = missed > 0 ? [`* ${missed} messages said meanwhile are forgotten`] : [];
  if (again) return ["* in the room again", ...gap];
  const others = members.filter((one) => one !== name).map((one) => printable(one));
  const rest = others.length - 20;
  const here = others.slice(0, 20).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return [`* room ${printable(room)}; you are ${printable(name)}; here: ${here || "nobody else"}`];
}

/** Hours and minutes of this machine's zone. */
function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}
