import { Command, CommanderError, Option } from "commander";
import { SampanError } from "../wire/sampan-error.js";
import { exit, tellErrorsAsEvents, tellFailure, watchOutput } from "./exit.js";
import { addFilterFlags, addTransferFlags } from "./transfer-flags.js";

/** Reads the command line, runs the command, and ends the process with its exit status. */
export async function runProgram(argv: readonly string[], version: string): Promise<void> {
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
    else exit(tellFailure(thrown instanceof CommanderError ? usageError(thrown) : thrown));
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
    .description("Move files between machines over one port: fast, sealed, verified, and resumed where it stopped.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", rootHelp);
  program
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);
  const add = (usage: string, description: string, help: string): Command =>
    program.command(usage).description(description).addHelpText("after", help);
  const plain = new Option("--plain", "allow an unsealed connection to another machine");

  add("serve", "Serve a folder, and print the links that open it", serveHelp)
    .argument("[dir]", "the folder; without it ./sampan-files, which is made")
    .option("--host <address>", "listen on this address only")
    .option("--port <n>", "listen on this port; 0 takes a free one (default 7700)", parsePort)
    .option("--unix <path>", "listen on a Unix socket as well")
    .option("--read-only", "give nobody the right to write")
    .option("--plain", "answer unsealed connections from other machines, too")
    .option("--cert <file>", "PEM certificate to show, instead of one made here")
    .option("--key <file>", "its PEM key")
    .option("--any-links", "receive symbolic links that lead out of the folder, too")
    .option("--json", "one JSON event a line")
    .action(async (dir, flags) => ended(await (await import("./command/serve.js")).serve(dir, flags)));

  add("ls", "List what is on a remote", lsHelp)
    .argument("<place...>", "NAME:path")
    .option("-l, --long", "kind, mode, size and time, too")
    .option("-R, --recursive", "the whole tree")
    .option("--json", "one JSON object an entry")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("./command/ls.js")).ls(places, flags)));

  const get = add("get", "Fetch files and folders from a remote", getHelp);
  const getFlags = addTransferFlags(
    get.argument("<place...>", "NAME:path …, then where to (. if left out, - for stdout)"),
  );
  get.action(async (places, flags) => ended(await (await import("./command/get.js")).get(places, getFlags(flags))));

  const put = add("put", "Send files and folders to a remote", putHelp);
  const putFlags = addTransferFlags(put.argument("<place...>", "files and folders here (- for stdin), then NAME:path"));
  put.action(async (places, flags) => ended(await (await import("./command/put.js")).put(places, putFlags(flags))));

  add("rm", "Remove files from a remote", "")
    .argument("<place...>", "NAME:path")
    .option("-r, --recursive", "folders, too, with all that is in them")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("./command/rm.js")).rm(places, flags)));

  add("mv", "Rename or move on a remote", "")
    .argument("<place...>", "NAME:path …, then its new NAME:path, or a folder to put it into")
    .option("--overwrite", "replace a file that is there")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("./command/mv.js")).mv(places, flags)));

  add("mkdir", "Make folders on a remote", "")
    .argument("<place...>", "NAME:path")
    .option("-p, --parents", "parents, too; what is there already is fine")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("./command/mkdir.js")).mkdir(places, flags)));

  const remote = add("remote", "Save links under names", remoteHelp);
  remote
    .command("add")
    .description("Save a link: typed unseen, piped in, or from SAMPAN_LINK")
    .argument("<name>", "letters, digits, dots, dashes, underscores")
    .argument("[extra...]")
    .usage("[options] <name>")
    .option("--overwrite", "replace the link of a name that is taken")
    .action(async (name, extra, flags) =>
      ended(await (await import("./command/remote.js")).remoteAdd(name, extra, flags)),
    );
  remote
    .command("ls")
    .description("List names and addresses; never the secrets")
    .option("--json", "one JSON object a remote")
    .action(async (flags) => ended((await import("./command/remote.js")).remoteLs(flags)));
  remote
    .command("rm")
    .description("Forget links")
    .argument("<name...>")
    .action(async (names) => ended((await import("./command/remote.js")).remoteRm(names)));

  const hash = add("hash", "Print the digest of local files and trees, as a transfer does", "");
  hash.argument("<path...>");
  const filter = addFilterFlags(hash);
  hash
    .option("--json", "one JSON object a path")
    .option("-q, --quiet", "no progress")
    .action(async (paths, flags) => ended(await (await import("./command/hash.js")).hash(paths, filter, flags)));

  add("completion", "Print a completion script for your shell", completionHelp)
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell) => ended((await import("./command/completion.js")).completion(shell)));
  return program;
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is not a port; use a number from 0 to 65535`);
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

const serveHelp = `
Examples:
  sampan serve films --read-only
  sampan serve --port 0 --json             a free port; the links as JSON
`;

const lsHelp = `
Names are shown with control characters escaped; --json has them exactly.

Examples:
  sampan ls movies:
  sampan ls -lR movies:/2026
`;

const copyRules = `
A destination that is a folder, or ends in /, takes a source under its own name; any other destination is the new name.
A slash at the end of a source means what is in it. What was cut off goes on from there: run the same command again.
`;

const getHelp = `${copyRules}
Examples:
  sampan get movies:/2026 .                makes ./2026
  sampan get movies:/2026/ backup          what is in it, into backup
  sampan get movies:/notes.txt - | less
  sampan get movies: copy --exclude '*.tmp' --delete
`;

const putHelp = `${copyRules}
Examples:
  sampan put film.mp4 movies:/2026/
  sampan put a.mp4 b.mp4 movies:
  sampan put site/ web:/www --delete --dry-run
  tar c src | sampan put - movies:/src.tar
`;

const remoteHelp = `
Examples:
  sampan remote add movies                 asks for the link, and does not show it
  SAMPAN_LINK='sampan://…' sampan remote add movies
  sampan remote ls
`;

const completionHelp = `
Examples:
  sampan completion bash > ~/.local/share/bash-completion/completions/sampan
  sampan completion zsh > ~/.zfunc/_sampan          (with ~/.zfunc in fpath)
  sampan completion fish > ~/.config/fish/completions/sampan.fish
`;
