import { accessSync, constants, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { SampanError } from "../../wire/sampan-error.js";

/** What a server lets callers run: anything, or these programs by name; undefined: nothing. */
export type AllowRun = boolean | readonly string[] | undefined;

/** Which programs may be started: all ("any"), none, or those that were found under their names when the server started. */
export type AllowedPrograms = "any" | "none" | ReadonlyMap<string, string>;

/** Looks the names up in PATH once, so that nobody can put another program in front later. E_USAGE, E_NO_PROGRAM. */
export function findAllowedPrograms(allow: AllowRun, searchPath: string): AllowedPrograms {
  if (allow === true) return "any";
  if (allow === undefined || allow === false) return "none";
  const found = new Map<string, string>();
  for (const name of allow) {
    if (!isPlainName(name)) {
      throw new SampanError("E_USAGE", `"${name}" is no name of a program: give the names alone, as git,ls`);
    }
    const file = findProgram(name, searchPath);
    if (!file) throw new SampanError("E_NO_PROGRAM", `there is no program ${name} in PATH to allow`);
    found.set(name, file);
  }
  if (found.size === 0) throw new SampanError("E_USAGE", "no program was named to be allowed");
  return found;
}

function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

function findProgram(name: string, searchPath: string): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".com"] : [""];
  for (const folder of searchPath.split(path.delimiter)) {
    // What is found by a relative folder would be another program in another folder.
    if (!path.isAbsolute(folder)) continue;
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(realpathSync(file)).isFile();
  } catch {
    return false;
  }
}

/** Variables that say how a program speaks, and not which code it runs. */
const harmless = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE)$/;

/**
 * Where programs are named, variables are, too: PATH, LD_PRELOAD, GIT_SSH_COMMAND, PYTHONPATH, PAGER and many more
 * decide which code a program runs, and no list of those is ever whole. E_RIGHTS.
 */
export function checkHarmless(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!harmless.test(name)) {
      throw new SampanError(
        "E_RIGHTS",
        `the server allows named programs only, and so it does not let ${name.slice(0, 60)} be set`,
      );
    }
    if (/^[:/]|\.\.|\\/.test(value)) {
      throw new SampanError("E_RIGHTS", `the server allows named programs only, and no path in ${name}`);
    }
  }
}
