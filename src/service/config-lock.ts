import fs from "node:fs";
import path from "node:path";
import { configFileError, makeConfigFolder } from "./config-folder.js";

const retryMs = 5;
/** Work under the lock takes a millisecond: a lock this old was left by a process that died. */
const staleMs = 3000;

/** Does `work`, which reads a file of the config folder and writes it anew, while no other process does the same. */
export function underConfigLock<T>(configFolder: string, name: string, work: () => T): T {
  makeConfigFolder(configFolder);
  const lock = path.join(configFolder, `${name}.lock`);
  while (!taken(lock)) {
    removeStale(lock);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
  }
  try {
    return work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    fs.closeSync(fs.openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw configFileError(error, "make", lock);
  }
}

function removeStale(lock: string): void {
  const made = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (made !== undefined && Date.now() - made > staleMs) fs.rmSync(lock, { force: true });
}
