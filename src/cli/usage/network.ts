import { parseDurationMs } from "../duration.js";
import type { Usage } from "./usage.js";

/** Commands about the network: who is on it. */
export function addNetworkCommands({ add, ended }: Usage): void {
  add("discover", "List who serves on this network", discoverHelp)
    .option("--for <time>", "look for so long (default 2s)", parseDurationMs)
    .option("--json", "one JSON object a server")
    .action(async (flags) => ended(await (await import("../command/discover.js")).discoverServers(flags)));

  add("time", "Show what another machine's clock says", timeHelp)
    .argument("<target>", "a remote, or HOST:PORT of any time server")
    .argument("[format]", "a format of strftime for the time (default '%Y-%m-%d %X')")
    .option("--sntp", "ask as an NTP client does (port 123 if none is named)")
    .option("--json", "one JSON object")
    .option("--plain", "allow an unsealed connection to another machine")
    .action(async (target, format, flags) =>
      ended(await (await import("../command/time.js")).time(target, format, flags)),
    );
}

const timeHelp = `
The offset is how far that clock is ahead of this one.

Examples:
  sampan time box
  sampan time box '%A, %d %B %Y, %H:%M %Z'
  sampan time 192.168.1.7:9000             a server that answers formats with texts
  sampan time --sntp pool.ntp.org
`;

const discoverHelp = `
What servers say of themselves is not proved until you connect with a link or a code.

Examples:
  sampan discover
  sampan discover --for 5s --json
`;
