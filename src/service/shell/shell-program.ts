import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { SampanError } from "../../wire/sampan-error.js";
import { normalizeWirePath, printable } from "../../wire/wire-path.js";

export interface ShellProgram {
  readonly file: string;
  readonly args: readonly string[];
}

/** The login shell of the user whom the server runs as, or the command asked for. E_NO_PROGRAM if it is not there. */
export function shellProgram(command: readonly string[], folder: string): ShellProgram {
  const [name, ...args] = command;
  if (name !== undefined) return { file: findProgram(name, folder), args };
  const shell = os.userInfo().shell ?? process.env.SHELL ?? "";
  return { file: isProgram(shell) ? shell : "/bin/sh", args: ["-l"] };
}

function findProgram(name: string, folder: string): string {
  const places = name.includes("/")
    ? [path.resolve(folder, name)]
    : (process.env.PATH ?? "/usr/bin:/bin").split(path.delimiter).map((place) => path.resolve(place, name));
  const found = places.find(isProgram);
  if (found === undefined)
    throw new SampanError("E_NO_PROGRAM", `there is no program ${printable(name)} on the server`);
  return found;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The folder in which a shell begins, named from the served one. E_NOT_FOUND, E_NOT_A_FOLDER. */
export function shellFolder(served: string, name: string): string {
  const folder = path.join(served, normalizeWirePath(name));
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw new SampanError("E_NOT_FOUND", `there is no folder ${printable(name)} on the server`);
  if (found.isDirectory()) return folder;
  throw new SampanError("E_NOT_A_FOLDER", `${printable(name)} on the server is not a folder`);
}
