import { addFilterFlags } from "../transfer/transfer-flags.js";
import type { Usage } from "./usage.js";

/** Commands that need no remote. */
export function addLocalCommands({ add, ended }: Usage): void {
  const hash = add("hash", "Print the digest of local files and trees, as a transfer does", "");
  hash.argument("<path...>");
  const filter = addFilterFlags(hash);
  hash
    .option("--json", "one JSON object a path")
    .option("-q, --quiet", "no progress")
    .action(async (paths, flags) => ended(await (await import("../command/hash.js")).hash(paths, filter, flags)));

  add("completion", "Print a completion script for your shell", completionHelp)
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell) => ended((await import("../command/completion.js")).completion(shell)));
}

const completionHelp = `
Examples:
  sampan completion bash > ~/.local/share/bash-completion/completions/sampan
  sampan completion zsh > ~/.zfunc/_sampan          (with ~/.zfunc in fpath)
  sampan completion fish > ~/.config/fish/completions/sampan.fish
`;
