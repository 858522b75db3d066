import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** The absolute path of a program: sshd insists on being called by it. Daemons are often not in a user's PATH. */
export function findProgram(name) {
  for (const folder of [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/sbin"]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}
