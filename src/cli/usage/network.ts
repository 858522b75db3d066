import { SampanError } from "../../wire/sampan-error.js";
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

  add("ping", "Show how long a remote takes to answer, by TCP and UDP", pingHelp)
    .argument("<remote>", "a saved link")
    .option("--count <n>", "echoes (default 10)", parseCount)
    .option("--interval <time>", "from one to the next (default 200ms)", parseDurationMs)
    .option("--bench", "throughput each way, too: some seconds at full speed")
    .option("--json", "one JSON object a measurement")
    .option("--plain", "allow an unsealed connection to another machine")
    .action(async (remote, flags) => ended(await (await import("../command/ping.js")).ping(remote, flags)));

  add("doctor", "Say what limits the speed to and from a remote", doctorHelp)
    .argument("<remote>", "a saved link")
    .option("--dir <folder>", "where to try the disk here (default: the current folder)")
    .option("--no-disk", "try no disk")
    .option("--for <time>", "measure each way for so long (default 3s)", parseDurationMs)
    .option("--json", "one JSON object")
    .option("--plain", "allow an unsealed connection to another machine")
    .action(async (remote, flags) => ended(await (await import("../command/doctor.js")).doctor(remote, flags)));
}

/** Reads a count; E_USAGE unless it is a number from 1 to 10,000. */
function parseCount(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 10_000) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is not a count; use a number from 1 to 10000`);
}

const pingHelp = `
Examples:
  sampan ping box
  sampan ping box --count 100 --interval 20ms
  sampan ping box --bench
`;

const doctorHelp = `
Fills the path for some seconds each way, and writes 128 MiB to the disks at both ends and removes them again: there
only if the link allows writing.

Examples:
  sampan doctor box
  sampan doctor box --dir /mnt/films       the disk to which films shall go
`;

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
