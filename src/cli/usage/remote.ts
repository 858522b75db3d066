import type { Usage } from "./usage.js";

/** `sampan remote add|ls|rm`. */
export function addRemote({ add, ended }: Usage): void {
  const remote = add("remote", "Save links under names", remoteHelp);
  remote
    .command("add")
    .description("Save a link: typed unseen, piped in, or from SAMPAN_LINK")
    .argument("<name>", "letters, digits, dots, dashes, underscores")
    .argument("[extra...]")
    .usage("[options] <name>")
    .option("--overwrite", "replace the link of a name that is taken")
    .action(async (name, extra, flags) =>
      ended(await (await import("../command/remote.js")).remoteAdd(name, extra, flags)),
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
  sampan remote add movies                 asks for the link, and does not show it
  SAMPAN_LINK='sampan://…' sampan remote add movies
  sampan remote ls
`;
