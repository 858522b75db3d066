import { parseDurationMs } from "../duration.js";
import type { Usage } from "./usage.js";

/** Commands about the network: who is on it. */
export function addNetworkCommands({ add, ended }: Usage): void {
  add("discover", "List who serves on this network", discoverHelp)
    .option("--for <time>", "look for so long (default 2s)", parseDurationMs)
    .option("--json", "one JSON object a server")
    .action(async (flags) => ended(await (await import("../command/discover.js")).discoverServers(flags)));
}

const discoverHelp = `
What servers say of themselves is not proved until you connect with a link or a code.

Examples:
  sampan discover
  sampan discover --for 5s --json
`;
