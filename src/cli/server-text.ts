import { basename } from "node:path";
import type { ServerEvent } from "../service/api.js";
import { printable } from "../wire/wire-path.js";
import { countOf, formatBytes } from "./byte-size.js";
import { formatDuration } from "./duration.js";
import { pairingText } from "./pairing/pairing-text.js";
import { formatRate } from "./rate.js";
import { runText } from "./run/server-run-text.js";
import { shellText } from "./shell/shell-text.js";

export interface Welcome {
  readonly folder: string;
  readonly notes: readonly string[];
  readonly port: number;
  readonly link: string | undefined;
  readonly readLink: string;
  /** The link that allows commands, where the server runs any. */
  readonly runLink?: string | undefined;
  /** A file or folder in the served folder, with a name that needs no quoting. */
  readonly sample: string | undefined;
  readonly strong: (text: string) => string;
}

/** What `serve` says when it listens: the folder, the links, and what to type on the other machine. */
export function welcomeText(welcome: Welcome): string {
  const { folder, notes, port, link, readLink, runLink, sample, strong } = welcome;
  const name = remoteNameFor(folder);
  const links = link === undefined ? [] : [["read and write", link]];
  const runLinks = runLink === undefined ? [] : [["run commands", runLink]];
  const lines = [
    `Serving ${strong(printable(folder, 4096))} on port ${port}${link === undefined ? ", read only" : ""}.`,
    ...notes.map((note) => `Note: ${note}.`),
    "",
    "Whoever has a link gets in:",
    ...[...links, ["read only", readLink], ...runLinks].map(
      ([right, text]) => `  ${`${right}:`.padEnd(15)} ${strong(text ?? "")}`,
    ),
    "",
    "On the other machine, type:",
    `  ${strong(`sampan remote add ${name}`)}    and paste a link when asked`,
    `  ${strong(`sampan get ${name}:/${sample ?? ""} .`)}`,
    ...(link === undefined ? [`  ${strong(`sampan ls ${name}:`)}`] : [`  ${strong(`sampan put FILE ${name}:/`)}`]),
    ...(runLink === undefined ? [] : [`  ${strong(`sampan run ${name} -- COMMAND`)}    with the link that allows it`]),
    "",
    "Ctrl-C ends it.",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** A name for the remote, after the served folder. */
export function remoteNameFor(folder: string): string {
  const name = basename(folder)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 64);
  // On Windows a single letter before a colon is a drive.
  return name.length < 2 ? "there" : name;
}

/** A line for what happens at the server; all text that came from a peer is escaped. */
export function serverLine(event: ServerEvent, at: Date): string {
  const who = "address" in event ? printable(event.address) : "here";
  return `${at.toTimeString().slice(0, 8)}  ${who}  ${eventText(event)}`;
}

function eventText(event: ServerEvent): string {
  switch (event.event) {
    case "peer": {
      const rights = event.rights.join(", ");
      return `connected (${printable(event.agent)}; ${rights}; ${event.sealed ? "sealed" : "not sealed"})`;
    }
    case "unavailable":
      return `not available: ${printable(event.message)} (${printable(event.code)})`;
    case "run-begin":
    case "run-end":
    case "run-refused":
      return runText(event);
    case "refused":
      return `refused: ${printable(event.message)} (${printable(event.code)})`;
    case "transfer-begin":
      return `${event.direction} ${pathText(event.path)} begins`;
    case "transfer-end": {
      const { direction, path, files, bytes, sentBytes, seconds, code, message } = event;
      const what = `${direction} ${pathText(path)}`;
      const counts = `${countOf(files, "file")}, ${formatBytes(bytes)} in ${formatDuration(seconds)}`;
      const rate = sentBytes > 0 && seconds > 0 ? ` (${formatRate(sentBytes / seconds)})` : "";
      if (code === undefined) return `${what} done: ${counts}${rate}`;
      const far = files > 0 || bytes > 0 ? counts : `after ${formatDuration(seconds)}`;
      return `${what} ended: ${printable(message ?? "")} (${printable(code)}); ${far}`;
    }
    case "changed": {
      const did = { remove: "removed", move: "moved", "make-folder": "made folder" }[event.action];
      return `${did} ${pathText(event.path)}`;
    }
    case "chat-joined":
      return `came into the room ${printable(event.room)} as ${printable(event.name)}`;
    case "chat-left":
      return `left the room ${printable(event.room)} (${printable(event.name)})`;
    case "chat-trouble":
      return `the room ${printable(event.room)}: ${printable(event.message)}`;
    case "shell-begin":
    case "shell-attach":
    case "shell-detach":
    case "shell-kill":
    case "shell-end":
      return shellText(event);
    default:
      return pairingText(event);
  }
}

function pathText(path: string): string {
  return `/${printable(path.replace(/^\/+/, ""))}`;
}
