import { InvalidArgumentError } from "commander";
import { parseDurationMs } from "../duration.js";
import { plainFlag, udpFlag } from "../way.js";
import type { Usage } from "./usage.js";

/** `sampan chat`. */
export function addChat({ add, ended }: Usage): void {
  add("chat", "Talk in a room of a remote; in a pipe, say each line of standard input", chatHelp)
    .argument("<remote>", "a saved link, by its name")
    .argument("[room]", "the room, made if it is not there (default lobby)")
    .option("--name <name>", "how you are called (default: your user name)")
    .option("--history <n>", "begin with so many of the last messages (default 50; in a pipe 0)", parseCount)
    .option("--follow", "in a pipe: print what is said, until Ctrl-C")
    .option("--rooms", "list the rooms, and go into none")
    .option("--timeout <time>", "in a pipe: give up when the server is away for so long (default 60s)", parseDurationMs)
    .addOption(plainFlag())
    .addOption(udpFlag())
    .option("--json", "one JSON object a line, both ways")
    .action(async (remote, room, flags) => ended(await (await import("../command/chat.js")).chat(remote, room, flags)));
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= 10_000) return count;
  throw new InvalidArgumentError("take a number up to 10000");
}

const chatHelp = `
Examples:
  sampan chat box                          the room "lobby", on a terminal
  echo done | sampan chat box builds       says one line, and ends when the server has it
  sampan chat box builds --follow < /dev/null    prints what is said there
`;
