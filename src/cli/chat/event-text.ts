import type { RoomEvent } from "../../service/chat/chat-api.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";

/** `text` of a peer as lines that a terminal shows and does not obey. */
export function safeLines(text: string): string[] {
  return text
    .replaceAll("\t", "    ")
    .split(/\r?\n/)
    .map((line) => printable(line, Number.MAX_SAFE_INTEGER));
}

/** What is said, as text for people; none for what only a live view shows. */
export function eventLines(event: RoomEvent): string[] {
  switch (event.event) {
    case "said": {
      const head = `${clock(event.at)} ${printable(event.from)}: `;
      const notes = event.kept ? "" : " (not kept: the server's disk is full)";
      const file = event.file ? [`[file ${printable(event.file.name)}, ${formatBytes(event.file.bytes)}]`] : [];
      const lines = event.text === "" && event.file ? file : [...safeLines(event.text), ...file];
      return lines.map((line, index) => `${index === 0 ? head : "      "}${line}${index === 0 ? notes : ""}`);
    }
    case "came":
      return [`${clock(event.at)} * ${printable(event.name)} came in`];
    case "left":
      return [`${clock(event.at)} * ${printable(event.name)} left`];
    case "joined":
      return joinedLines(event);
    case "lost":
      return [`* ${printable(event.error.message)}; trying again`];
    case "slow-down":
      return [`* too fast: the server takes the next message in ${Math.ceil(event.ms / 1000)} s`];
    default:
      return [];
  }
}

function joinedLines({ room, name, members, again, missed }: Extract<RoomEvent, { event: "joined" }>): string[] {
  const gap = missed > 0 ? [`* ${missed} messages said meanwhile are forgotten`] : [];
  if (again) return ["* in the room again", ...gap];
  const others = members.filter((one) => one !== name).map((one) => printable(one));
  return [`* room ${printable(room)}; you are ${printable(name)}; here: ${others.join(", ") || "nobody else"}`];
}

/** Hours and minutes of this machine's zone. */
export function clock(at: number): string {
  return new Date(at).toTimeString().slice(0, 5);
}
