import { Command, CommanderError } from "commander";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { exit, tellErrorsAsEvents, tellFailure, watchOutput } from "./exit.js";
import { endByHangUp } from "./hang-up.js";
import { statusOfFailure } from "./run/run-status.js";
import { addAssistantCommands } from "./usage/assistant.js";
import { addChat } from "./usage/chat.js";
import { addClassic } from "./usage/classic.js";
import { addFileCommands } from "./usage/files.js";
import { addHandOver } from "./usage/handover.js";
import { addLab } from "./usage/lab.js";
import { addLocalCommands } from "./usage/local.js";
import { addNetworkCommands } from "./usage/network.js";
import { addPairing } from "./usage/pairing.js";
import { addRemote } from "./usage/remote.js";
import { addRunCommands } from "./usage/run.js";
import { addServe } from "./usage/serve.js";
import { addShell } from "./usage/shell.js";
import type { Usage } from "./usage/usage.js";

/** Reads the command line, runs the command, and ends the process with its exit status. */
export async function runProgram(argv: readonly string[], version: string): Promise<void> {
  endByHangUp();
  watchOutput();
  const end = argv.indexOf("--");
  if (argv.slice(0, end < 0 ? argv.length : end).includes("--json")) tellErrorsAsEvents(process.stdout);
  let status = 0;
  try {
    const program = buildProgram(version, (given) => {
      status = given;
    });
    await program.parseAsync([...argv], { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) exit(0);
    else if (thrown instanceof CommanderError && thrown.code === "commander.help") exit(2);
    else {
      const error = thrown instanceof CommanderError ? usageError(thrown) : toSampanError(thrown);
      // These end with the status of the command that they run, but for 125 to 127.
      const own = ["run", "attach"].includes(argv[0] ?? "") ? { exitStatus: statusOfFailure(error) } : undefined;
      const told = tellFailure(error, own);
      exit(own?.exitStatus ?? told);
    }
    return;
  }
  exit(status);
}

function usageError(error: CommanderError): SampanError {
  return new SampanError("E_USAGE", error.message.replace(/^error: /, ""));
}

/** The whole command line: every command with its arguments, flags and help. Commands are loaded when they run. */
export function buildProgram(version: string, ended: (status: number) => void): Command {
  const program = new Command("sampan")
    .description(
      "Move files, commands and messages between machines over one port: fast, sealed, verified, resumed where it stopped.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", rootHelp);
  program
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);
  const usage: Usage = {
    add: (words, does, help) => program.command(words).description(does).addHelpText("after", help),
    ended,
  };
  program.commandsGroup("Files:");
  addServe(usage);
  addFileCommands(usage);
  addHandOver(usage);
  program.commandsGroup("Other machines:");
  addShell(usage);
  addRemote(usage);
  addPairing(usage);
  addNetworkCommands(usage);
  addRunCommands(usage);
  addChat(usage);
  program.commandsGroup("Protocols:");
  addAssistantCommands(usage);
  addClassic(usage);
  addLab(usage);
  program.commandsGroup("Here:");
  addLocalCommands(usage);
  return program;
}

const rootHelp = `
A remote path is written NAME:path, where NAME is a saved link; a whole link does as well.

Examples:
  sampan serve films                       on the machine that has, or shall get, the files
  sampan remote add movies                 on the other: paste the link
  sampan ls -l movies:
  sampan put film.mp4 movies:/2026/        under its own name into that folder
  sampan get movies:/2026 .                a whole folder; again after a break, and it goes on

Exit status: 0 done, 2 usage, 3 no connection, 4 protocol, 5 refused, 6 file or disk, 7 digest, 8 partly done,
9 timed out, 130 interrupted. All flags, events and variables: docs/cli.md
`;
