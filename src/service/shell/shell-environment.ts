import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { childEnvironment } from "../run/child-environment.js";

const fallbackTerminal = "xterm-256color";

/** What a shell finds in its environment, as NAME=value: what commands find, and the client's terminal and language. */
export function shellEnvironment(fromClient: ReadonlyMap<string, string>, folder: string, shell: string): string[] {
  const environment: Record<string, string> = {
    SHELL: shell,
    HOME: os.homedir(),
    ...childEnvironment(process.env, Object.fromEntries(fromClient)),
    TERM: knownTerminal(fromClient.get("TERM")),
    PWD: folder,
  };
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** A terminal that this machine has no description of makes its programs refuse to start; one that all have does not. */
function knownTerminal(name: string | undefined): string {
  if (name === undefined || !/^[\w.+-]+$/.test(name)) return fallbackTerminal;
  const first = name.charAt(0);
  const hex = first.charCodeAt(0).toString(16);
  const folders = [
    path.join(os.homedir(), ".terminfo"),
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/share/terminfo",
  ].filter((folder) => fs.existsSync(folder));
  const isKnown = folders.some((folder) => [first, hex].some((part) => fs.existsSync(path.join(folder, part, name))));
  return isKnown || folders.length === 0 ? name : fallbackTerminal;
}
