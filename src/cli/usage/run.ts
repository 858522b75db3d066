import { Option } from "commander";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { plainFlag, udpFlag } from "../way.js";
import type { Usage } from "./usage.js";

/** Commands that run commands on a remote. */
export function addRunCommands({ add, ended }: Usage): void {
  const plain = new Option("--plain", "allow an unsealed connection to another machine");

  add("run", "Run a command on a remote, or on several side by side", runHelp)
    .usage("[options] <remote[,remote…]> -- <command> [argument…]")
    .argument("<remotes>", "NAME, NAME:folder to run it in, or several: a,b,c")
    .argument("[command...]", "after --: the program and its arguments, as they are")
    .option("--shell", "let the shell there read the command, with its pipes and wildcards")
    .option("--cwd <folder>", "run it in this folder of the remote (default: the served one)")
    .option("-e, --env <name=value>", "set a variable; NAME alone passes on its value here", gather)
    .option("--timeout <time>", "end it after so long: 30s, 5m; status 124", parseDurationMs)
    .option("--encoding <name>", "its output is in this encoding (gbk, latin1 …), shown as UTF-8")
    .option("-n, --no-stdin", "do not pass on standard input")
    .option("-d, --detach", "let it run on by itself, and print its id")
    .option("-j, --jobs <n>", "of several remotes, so many at once (default 8)", parseJobs)
    .option("--json", "one JSON event a line")
    .addOption(plainFlag())
    .addOption(udpFlag())
    .action(async (remotes, command, flags) =>
      ended(await (await import("../command/run.js")).run(remotes, command, flags)),
    );

  add("jobs", "List the commands of a remote", "")
    .argument("<remote>", "NAME")
    .option("--json", "one JSON object a command")
    .addOption(plain)
    .action(async (remote, flags) => ended(await (await import("../command/jobs.js")).jobs(remote, flags)));

  add("attach", "Follow the output of a detached command", attachHelp)
    .argument("<remote>", "NAME")
    .argument("<id>", "as run --detach and jobs print it")
    .option("--encoding <name>", "its output is in this encoding, shown as UTF-8")
    .option("--json", "one JSON event a line")
    .addOption(plain)
    .action(async (remote, id, flags) => ended(await (await import("../command/attach.js")).attach(remote, id, flags)));

  add("kill", "Send a signal to commands of a remote", "")
    .argument("<remote>", "NAME")
    .argument("<id...>")
    .option("-s, --signal <name>", "TERM, KILL, INT, HUP … or a number (default TERM)")
    .addOption(plain)
    .action(async (remote, ids, flags) => ended(await (await import("../command/kill.js")).kill(remote, ids, flags)));
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 256) return jobs;
  throw new SampanError("E_USAGE", `"${text}" is no number of remotes; use 1 to 256`);
}

const runHelp = `
The status is the command's own, 128 + n if signal n ended it, 124 if its time was over; 127 if there is no such program,
126 if it cannot be run, 125 if sampan itself failed. Of several remotes it is the highest.

Examples:
  sampan run box -- uname -a
  sampan run box --shell -- 'df -h | sort'
  sampan run box:src --timeout 10m -- make
  sampan run a,b,c -- systemctl is-active nginx
  tar c . | sampan run box:copy -- tar x
`;

const attachHelp = `
Shows what the server kept of the output (1 MiB), then what comes. Ctrl-C leaves the command running.
`;
