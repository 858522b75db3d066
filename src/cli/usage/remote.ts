import type { Usage } from "./usage.js";

/** `sampan remote add|ls|rm`. */
export function addRemote({ add, ended }: Usage): void {
  const remote = add("remote", "Save links under names", remoteHelp);
  remote
    .command("add")
    .description("Save a link: typed unseen, piped in, or from SAMPAN_LINK; or get it for the code of `sampan pair`")
    .argument("<name>", "letters, digits, dots, dashes, underscores")
    .argument("[host]", "HOST or HOST:PORT where a code is shown; asks for the code only")
    .argument("[extra...]")
    .usage("[options] <name> [host]")
    .option("--overwrite", "replace the link of a name that is taken")
    .action(async (name, host, extra, flags) =>
      ended(await (await import("../command/remote.js")).remoteAdd(name, host, extra, flags)),
    );
  remote
    .command("ls")
    .description("List names and addresses; never the secrets")
    .option("--json", "one JSON object a remote")
    .action(async (flags) => ended((await import("../command/remote.js")).remoteLs(flags)));
  remote
    .command("rm")
    .description("Forget links")
    .argument("<name...>")
    .action(async (names) => ended((await import("../command/remote.js")).remoteRm(names)));
}

const remoteHelp = `
Examples:
  sampan remote add movies                 asks for the link, or for the code that \`sampan pair\` shows there
  sampan remote add movies 192.168.1.20    asks for the code, and asks that machine only
  SAMPAN_LINK='sampan://…' sampan remote add movies
  sampan remote ls
`;
