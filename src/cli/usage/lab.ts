import { parseLanguage } from "../lab/language-choice.js";
import type { Usage } from "./usage.js";

/** `sampan lab`. */
export function addLab({ add, ended }: Usage): void {
  add("lab", "Watch what sockets do: experiments on this machine, drawn as they happen", labHelp)
    .argument("[name]", 'the experiment; "all" for all of them, "list" or nothing for their names')
    .option("--lang <language>", "explain in en or zh; without it by LC_ALL, LC_MESSAGES or LANG", parseLanguage)
    .option("--slow", "rest a second after each step")
    .option("--json", "one JSON event a line")
    .action(async (name, flags) => ended(await (await import("../command/lab.js")).lab(name, flags)));
}

const labHelp = `
Examples:
  sampan lab                               the names of the experiments
  sampan lab two-sends                     why two sends may be read as one
  sampan lab full-buffer --lang zh --slow
`;
