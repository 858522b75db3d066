import type { RunServerEvent } from "../../service/run/run-event.js";
import { printable } from "../../wire/wire-path.js";
import { formatDuration } from "../duration.js";

/** What a server's log says of commands; all that came from the caller is escaped. */
export function runText(event: RunServerEvent): string {
  const what = `run ${commandText(event.argv)}`;
  switch (event.event) {
    case "run-begin":
      return `${what} begins (${event.id}${event.shell ? "; shell" : ""}${event.detached ? "; detached" : ""})`;
    case "run-refused":
      return `${what} refused: ${printable(event.message)} (${printable(event.code)})`;
    case "run-end": {
      const { id, seconds, status, signal, timedOut, code, message } = event;
      const how = signal === undefined ? `status ${status}` : printable(signal);
      const ended = code === undefined ? how : `${printable(message ?? "")} (${printable(code)})`;
      return `${what} ended: ${ended}${timedOut ? ", time over" : ""}, ${formatDuration(seconds)} (${id})`;
    }
  }
}

function commandText(argv: readonly string[]): string {
  return printable(argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" "), 200);
}
