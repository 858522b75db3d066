import type { ShellServerEvent } from "../../service/shell/shell-event.js";
import { printable } from "../../wire/wire-path.js";
import { formatDuration } from "../duration.js";

const whyLeft: Readonly<Record<string, string>> = {
  detached: "detached",
  lost: "lost the connection",
  "taken-over": "was taken over from",
};

/** What a server's log says of its shells. */
export function shellText(event: ShellServerEvent): string {
  const shell = `shell ${event.shell}`;
  switch (event.event) {
    case "shell-begin":
      return `${shell} begins${event.command.length > 0 ? `: ${printable(event.command.join(" "))}` : ""}`;
    case "shell-attach":
      return `${shell} ${event.readOnly ? "is looked at" : "is taken up"}`;
    case "shell-detach":
      return `${shell}: ${whyLeft[event.why] ?? printable(event.why)}`;
    case "shell-kill":
      return `${shell} is told to end`;
    case "shell-end": {
      const how = event.signal === undefined ? `status ${event.status}` : `signal ${event.signal}`;
      return `${shell} ended after ${formatDuration(event.seconds)}: ${how}`;
    }
  }
}
