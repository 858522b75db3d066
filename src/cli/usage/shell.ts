import { parseDurationMs } from "../duration.js";
import { plainFlag, udpFlag } from "../way.js";
import type { Usage } from "./usage.js";

/** `sampan shell`. */
export function addShell({ add, ended }: Usage): void {
  add("shell", "Open a shell on a remote, which stays when the network is lost", shellHelp)
    .usage("[options] <remote> [-- <command> [argument…]]")
    .argument("<remote>", "NAME, or NAME:folder to begin in it")
    .argument("[command...]", "after --: a program and its arguments, in place of the login shell")
    .option("--list", "list the shells that run there")
    .option("--attach <id>", "take up the shell of this id; whoever has it is detached")
    .option("--read-only", "with --attach: only look")
    .option("--end <id>", "end the shell of this id")
    .option(
      "--keep <time>",
      "when nobody comes back, end it after so long (default and most: the server's)",
      parseDurationMs,
    )
    .option("--json", "with --list: one JSON object a shell")
    .addOption(plainFlag())
    .addOption(udpFlag())
    .action(async (remote, command, flags) =>
      ended(await (await import("../command/shell.js")).shell(remote, command, flags)),
    );
}

const shellHelp = `
Keys: Ctrl-] d detaches and leaves the shell running, Ctrl-] k ends it, Ctrl-] ? shows these, Ctrl-] twice types one.
The exit status is the shell's. A shell needs a terminal; for pipes there is "sampan run".

Examples:
  sampan shell box
  sampan shell box:src -- htop
  sampan shell box --list
  sampan shell box --attach 5f3a9c01 --read-only
`;
