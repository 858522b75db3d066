import type { ClassicServerEvent } from "../../classic/server-event.js";
import { printable } from "../../wire/wire-path.js";
import { countOf, formatBytes } from "../byte-size.js";

/** A line for what happens at a classic server; all text that came from a peer is escaped. */
export function classicServerLine(event: ClassicServerEvent, at: Date): string {
  return `${at.toTimeString().slice(0, 8)}  ${printable(event.peer)}  ${eventText(event)}`;
}

function eventText(event: ClassicServerEvent): string {
  switch (event.event) {
    case "connected":
      return "connected";
    case "disconnected":
      return event.message === undefined ? "left" : `left: ${printable(event.message)} (${event.code})`;
    case "refused":
      return `refused: ${printable(event.message)} (${event.code})`;
    case "text":
      return `said ${quoted(event.text)}`;
    case "frame":
      return `frame ${event.number}, ${countOf(event.bytes, "byte")}: ${quoted(event.text)}`;
    case "file-begin":
      return `${quoted(event.name)} begins, ${formatBytes(event.bytes)}`;
    case "file-end":
      return fileText(event);
    case "command-begin":
      return `runs ${quoted(event.command)}`;
    case "command-end":
      return commandText(event);
  }
}

function fileText(event: ClassicServerEvent & { event: "file-end" }): string {
  const name = quoted(event.name);
  const facts = `${formatBytes(event.bytes ?? 0)}, MD5 ${event.md5 ?? "not known"}`;
  switch (event.outcome) {
    case "missing":
      return `asked for ${name}, which is not there`;
    case "failed":
      return `${name} failed: ${printable(event.message ?? "")} (${event.code})`;
    case "sent":
      return `${name} sent: ${facts}`;
    case "received": {
      const where = event.savedAs === undefined ? "" : ` as ${quoted(event.savedAs)}`;
      const checked = event.verified ? " (compared)" : " (the client sent none to compare)";
      const msg = event.msg === undefined ? "" : `, with the note ${quoted(event.msg)}`;
      return `${name} received${where}: ${facts}${checked}${msg}`;
    }
  }
}

function commandText({ command, status, signal, ...event }: ClassicServerEvent & { event: "command-end" }): string {
  const how = signal === null ? `status ${status ?? "unknown"}` : `signal ${signal}`;
  const bytes = `${formatBytes(event.stdoutBytes)} and ${formatBytes(event.stderrBytes)} of errors`;
  const why = { answered: "", "client-gone": ", as the client is gone", "too-long": ", as it wrote too much" };
  return `${quoted(command)} ended${why[event.outcome]}: ${how}, ${bytes}`;
}

function quoted(text: string): string {
  return `"${printable(text)}"`;
}
