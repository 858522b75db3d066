import { randomBytes, randomInt } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { configFileError, makeConfigFolder } from "./config-folder.js";

const mostRetryMs = 10;
/** Work under the lock takes a millisecond: a lock this old was left by a process that died. */
const staleMs = 3000;

/**
 * Does `work`, which reads a file of the config folder and writes it anew, while no other process does the same. The lock
 * is a file `<name>.<random>.lock`: a name that all shared could be somebody else's lock by the time that an old one is
 * removed. Each makes its own and looks for others then: of two that do so at once at least one sees the other.
 */
export function underConfigLock<T>(configFolder: string, name: string, work: () => T): T {
  makeConfigFolder(configFolder);
  for (;;) {
    const lock = `${name}.${randomBytes(8).toString("hex")}.lock`;
    const file = path.join(configFolder, lock);
    try {
      make(file);
      if (isAlone(configFolder, name, lock)) return work();
    } finally {
      fs.rmSync(file, { force: true });
    }
    // Not for the same time each, or those who have seen each other would do so again.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, randomInt(1, mostRetryMs));
  }
}

function make(file: string): void {
  try {
    fs.closeSync(fs.openSync(file, "wx", 0o600));
  } catch (error) {
    throw configFileError(error, "make", file);
  }
}

/** Whether `lock` is there, which others have removed if this process stood still since, and no other. */
function isAlone(configFolder: string, name: string, lock: string): boolean {
  const locks = fs.readdirSync(configFolder).filter((one) => one.startsWith(`${name}.`) && one.endsWith(".lock"));
  const held = locks.filter((one) => !isRemovedAsStale(path.join(configFolder, one)));
  return held.length === 1 && held[0] === lock;
}

function isRemovedAsStale(lock: string): boolean {
  const made = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  // The clock may have been put back since.
  if (made !== undefined && Math.abs(Date.now() - made) <= staleMs) return false;
  fs.rmSync(lock, { force: true });
  return true;
}
