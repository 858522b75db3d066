import { Option } from "commander";
import { addTransferFlags } from "../transfer/transfer-flags.js";
import type { Usage } from "./usage.js";

/** Commands that move, list and change files on a remote. */
export function addFileCommands({ add, ended }: Usage): void {
  const plain = new Option("--plain", "allow an unsealed connection to another machine");

  add("ls", "List what is on a remote", lsHelp)
    .argument("<place...>", "NAME:path")
    .option("-l, --long", "kind, mode, size and time, too")
    .option("-R, --recursive", "the whole tree")
    .option("--json", "one JSON object an entry")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("../command/ls.js")).ls(places, flags)));

  const get = add("get", "Fetch files and folders from a remote", getHelp);
  const getFlags = addTransferFlags(
    get.argument("<place...>", "NAME:path …, then where to (. if left out, - for stdout)"),
  );
  get.action(async (places, flags) => ended(await (await import("../command/get.js")).get(places, getFlags(flags))));

  const put = add("put", "Send files and folders to a remote", putHelp);
  const putFlags = addTransferFlags(put.argument("<place...>", "files and folders here (- for stdin), then NAME:path"));
  put.action(async (places, flags) => ended(await (await import("../command/put.js")).put(places, putFlags(flags))));

  add("rm", "Remove files from a remote", "")
    .argument("<place...>", "NAME:path")
    .option("-r, --recursive", "folders, too, with all that is in them")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("../command/rm.js")).rm(places, flags)));

  add("mv", "Rename or move on a remote", "")
    .argument("<place...>", "NAME:path …, then its new NAME:path, or a folder to put it into")
    .option("--overwrite", "replace a file that is there")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("../command/mv.js")).mv(places, flags)));

  add("mkdir", "Make folders on a remote", "")
    .argument("<place...>", "NAME:path")
    .option("-p, --parents", "parents, too; what is there already is fine")
    .addOption(plain)
    .action(async (places, flags) => ended(await (await import("../command/mkdir.js")).mkdir(places, flags)));
}

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
