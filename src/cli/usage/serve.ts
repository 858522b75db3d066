import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { addClassicChat } from "./classic-chat.js";
import { parsePort } from "./port.js";
import type { Usage } from "./usage.js";

/** `sampan serve`. */
export function addServe({ add, ended }: Usage): void {
  addClassicChat(add("serve", "Serve a folder, and print the links that open it", serveHelp))
    .argument("[dir]", "the folder; without it ./sampan-files, which is made")
    .option("--host <address>", "listen on this address only")
    .option("--port <n>", "listen on this port; 0 takes a free one (default 7700)", parsePort)
    .option("--unix <path>", "listen on a Unix socket as well")
    .option("--read-only", "give nobody the right to write")
    .option("--plain", "answer unsealed connections from other machines, too")
    .option("--no-udp", "no UDP port: no time, echo or discovery by datagrams, no --udp")
    .option("--hidden", "do not tell the network that this server is here")
    .option("--cert <file>", "PEM certificate to show, instead of one made here")
    .option("--key <file>", "its PEM key")
    .option("--pair", "show a code for a few minutes with which another machine gets in")
    .option("--any-links", "receive symbolic links that lead out of the folder, too")
    .option("--allow-run [names]", "run commands for holders of the third link: any, or these programs (git,ls)")
    .option("--max-runs <n>", "so many commands at once; others wait (default 20)", parseMaxRuns)
    .option(
      "--shell-keep <time>",
      "a shell that nobody comes back to ends after so long (default 24h)",
      parseDurationMs,
    )
    .option("--json", "one JSON event a line")
    .action(async (dir, flags) => ended(await (await import("../command/serve.js")).serve(dir, flags)));
}

function parseMaxRuns(text: string): number {
  const most = Number(text);
  if (Number.isInteger(most) && most >= 1 && most <= 1000) return most;
  throw new SampanError("E_USAGE", `"${text}" is no number of commands; use 1 to 1000`);
}

const serveHelp = `
Examples:
  sampan serve films --read-only
  sampan serve src --allow-run=git,make    these two programs, and no others
  sampan serve --port 0 --json             a free port; the links as JSON
`;
