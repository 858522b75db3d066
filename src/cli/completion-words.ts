import type { Command, Option } from "commander";
import { protocolNames } from "../classic/protocol-name.js";

/** A way to go on with the word that is typed; `whole` if nothing can follow in the same word. */
export interface Candidate {
  readonly text: string;
  readonly whole: boolean;
}

/** Asks the shell for its own file names. */
export const ownFiles: Candidate = { text: ":files", whole: false };

/** What completion asks of the world. */
export interface RemoteLister {
  names(): Promise<readonly string[]>;
  /** The names in the folder at `NAME:folder/`. */
  list(place: string): Promise<readonly Candidate[]>;
}

/** Flags whose value is a file of this machine. */
const fileFlags = new Set(["cert", "key", "unix", "script", "log", "replay", "dir", "out"]);

/** How the address of a raw connection begins. */
const addressStarts = ["tcp://", "tls://", "udp://", "unix:"].map((text) => ({ text, whole: false }));

/** What each command takes: remote places, files of this machine, or both, or addresses; `first` is for the first argument. */
const takes: Readonly<Record<string, { readonly first: string; readonly rest: string }>> = {
  serve: { first: "files", rest: "" },
  ls: { first: "remote", rest: "remote" },
  get: { first: "remote", rest: "remote files" },
  put: { first: "files", rest: "remote files" },
  rm: { first: "remote", rest: "remote" },
  mv: { first: "remote", rest: "remote" },
  mkdir: { first: "remote", rest: "remote" },
  run: { first: "names", rest: "" },
  jobs: { first: "names", rest: "" },
  attach: { first: "names", rest: "" },
  kill: { first: "names", rest: "" },
  shell: { first: "names", rest: "" },
  time: { first: "names", rest: "" },
  ping: { first: "names", rest: "" },
  doctor: { first: "names", rest: "" },
  hash: { first: "files", rest: "files" },
  pair: { first: "files", rest: "" },
  send: { first: "files", rest: "files" },
  receive: { first: "", rest: "files" },
  listen: { first: "addresses", rest: "" },
  connect: { first: "addresses", rest: "" },
  tap: { first: "addresses", rest: "addresses" },
  chat: { first: "names", rest: "" },
  completion: { first: "shells", rest: "" },
  lab: { first: "experiments", rest: "" },
  "classic serve": { first: "protocols", rest: "" },
  "classic upload": { first: "", rest: "files" },
  "remote rm": { first: "names", rest: "names" },
};

/** Candidates for the last of `words`, which may be empty; the words before it are settled. */
export async function completeWords(
  program: Command,
  words: readonly string[],
  remotes: RemoteLister,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "";
  let command = program;
  let valueOf: Option | undefined;
  let path = "";
  let settled = 0;
  let flagsOver = false;
  for (const word of words.slice(0, -1)) {
    if (valueOf !== undefined) valueOf = undefined;
    else if (word === "--") flagsOver = true;
    else if (!flagsOver && word.startsWith("-") && word !== "-") valueOf = wantsValue(command, word);
    else {
      const inner = settled === 0 ? command.commands.find((candidate) => candidate.name() === word) : undefined;
      if (inner === undefined) settled++;
      else {
        command = inner;
        path = `${path} ${word}`.trim();
      }
    }
  }
  if (valueOf !== undefined) return fileFlags.has(valueOf.attributeName()) ? [ownFiles] : [];
  if (!flagsOver && typed.startsWith("-")) return matching(flagsOf(command), typed);
  if (command.commands.length > 0 && settled === 0) return matching(subcommandsOf(command), typed);
  const kinds = takes[path]?.[settled === 0 ? "first" : "rest"] ?? "";
  return await candidatesFor(kinds, typed, remotes);
}

async function candidatesFor(kinds: string, typed: string, remotes: RemoteLister): Promise<Candidate[]> {
  if (kinds === "shells") return matching(["bash", "zsh", "fish"].map(wholeWord), typed);
  if (kinds === "addresses") return matching(addressStarts, typed);
  if (kinds === "names") return matching((await remotes.names()).map(wholeWord), typed);
  if (kinds === "protocols") return matching(protocolNames.map(wholeWord), typed);
  if (kinds === "experiments") return matching((await experimentNames()).map(wholeWord), typed);
  const found: Candidate[] = [];
  const colon = typed.indexOf(":");
  const remoteTyped = colon >= 0 && !typed.slice(0, colon).includes("/");
  if (kinds.includes("remote")) {
    if (remoteTyped) {
      const folder = typed.slice(0, Math.max(colon, typed.lastIndexOf("/")) + 1);
      const entries = (await remotes.list(folder)).map(({ text, whole }) => ({ text: folder + text, whole }));
      found.push(...matching(entries, typed));
    } else {
      found.push(
        ...matching(
          (await remotes.names()).map((name) => ({ text: `${name}:`, whole: false })),
          typed,
        ),
      );
    }
  }
  if (kinds.includes("files") && !remoteTyped) found.push(ownFiles);
  return found;
}

async function experimentNames(): Promise<string[]> {
  const { experiments } = await import("../lab/experiments.js");
  return [...experiments.map(({ name }) => name), "all", "list"];
}

function wantsValue(command: Command, word: string): Option | undefined {
  const option = command.options.find((candidate) => candidate.long === word || candidate.short === word);
  return option?.required ? option : undefined;
}

function flagsOf(command: Command): Candidate[] {
  const flags = command.options.filter((option) => !option.hidden).map((option) => option.long ?? option.short ?? "");
  return [...flags, "--help"].map(wholeWord);
}

function subcommandsOf(command: Command): Candidate[] {
  return command.commands.map((inner) => wholeWord(inner.name()));
}

function wholeWord(text: string): Candidate {
  return { text, whole: true };
}

function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ text }) => text.startsWith(typed));
}

/** Whether a line can carry the candidate, and a terminal show it. */
export function isPlain({ text }: Candidate): boolean {
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}

/** Candidates as the scripts for zsh and fish take them, a line each. */
export function candidateLines(candidates: readonly Candidate[]): string[] {
  return candidates.filter(isPlain).map(({ text, whole }) => (whole ? `${text} ` : text));
}
