import { Option } from "commander";
import { parseDurationMs } from "../duration.js";
import type { Usage } from "./usage.js";

/** `sampan pair`. */
export function addPairing({ add, ended }: Usage): void {
  add("pair", "Show a code with which another machine gets in", pairHelp)
    .argument("[dir]", "the served folder, where several of your servers run here")
    .option("--for <time>", "how long the code is good (default 5m)", parseDurationMs)
    .addOption(
      new Option("--gives <right>", "what the link allows (default: all but commands)").choices([
        "read",
        "write",
        "run",
      ]),
    )
    .option("--qr", "draw the code as a QR code, too (terminals have it anyway)")
    .option("--json", "one JSON event a line")
    .action(async (folder, flags) => ended(await (await import("../command/pair.js")).pair(folder, flags)));
}

const pairHelp = `
The code is good once, and over after three wrong tries. It cannot be guessed from what goes over the network.

Examples:
  sampan pair                              where one server of yours is running
  sampan remote add movies                 on the other machine: type the code
  sampan remote add movies 192.168.1.20    the same, where discovery does not reach
`;
