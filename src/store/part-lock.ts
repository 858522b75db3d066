import { closeSync, constants } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { parentWirePath, printable } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf } from "./file-error.js";
import { isAlive, ownTag } from "./process-tag.js";
import type { StagingFolder } from "./staging-folder.js";

/*
 * The lock on a file under way, so that two transfers never write to one part: an empty file that says whose it is.
 *
 *   <16 hex of the path>-<tag of the process>.lock
 *
 * A name that all shared could be somebody else's lock by the time that a dead one's is removed. This one nobody makes but
 * the process itself, so that it may be removed whenever that is gone. Who wants the lock makes the file first and looks
 * for others then: of two that do so at once at least one sees the other.
 */

/** While the other of two that see each other goes away; each look takes long enough for that. */
const mostLooks = 20;

export function lockName(ofPath: string): string {
  return `${ofPath}-${ownTag()}.lock`;
}

function tagOf(name: string): string {
  return name.slice(name.indexOf("-") + 1, -".lock".length);
}

/** Whether a lock of this name is held: its process lives. */
export function isHeldLock(name: string): boolean {
  return isAlive(tagOf(name));
}

/** Takes the lock on `path`. E_BUSY if somebody living has it, be it this process itself. */
export function takeLock(confined: ConfinedFolder, staging: StagingFolder, ofPath: string, path: string): void {
  const folder = parentWirePath(path);
  const lock = () => staging.prefixFor(folder) + lockName(ofPath);
  try {
    closeSync(staging.create(path, lock, constants.O_WRONLY).fd);
  } catch (error) {
    throw errnoOf(error) === "EEXIST" ? busy(confined.show(path)) : error;
  }
  let isOurs = false;
  try {
    isOurs = outlasts(() => rivals(staging, folder, ofPath));
  } finally {
    if (!isOurs) staging.remove(lock());
  }
  if (!isOurs) throw busy(confined.show(path));
}

/** If each of two went away on seeing the other, nobody would have the lock: the one with the lower tag stays. */
function outlasts(living: () => string[]): boolean {
  const own = ownTag();
  for (let looks = 0; looks < mostLooks; looks++) {
    const names = living();
    if (names.length === 0) return true;
    if (names.some((name) => tagOf(name) < own)) return false;
  }
  return false;
}

/** The locks of others on the same path; those of processes that are gone are removed. */
function rivals(staging: StagingFolder, folder: string, ofPath: string): string[] {
  const own = lockName(ofPath);
  return staging.namesFor(folder).filter((name) => {
    if (!name.startsWith(`${ofPath}-`) || !name.endsWith(".lock") || name === own) return false;
    if (isHeldLock(name)) return true;
    staging.remove(staging.prefixFor(folder) + name);
    return false;
  });
}

function busy(shown: string): SampanError {
  return new SampanError(
    "E_BUSY",
    `another transfer is writing ${printable(shown)}; it can be sent when that one is over`,
    { path: shown },
  );
}
