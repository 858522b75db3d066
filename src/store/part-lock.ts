import { closeSync, constants, writeSync } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf } from "./file-error.js";
import { isAlive, ownTag } from "./process-tag.js";
import { readLock, type StagingFolder } from "./staging-folder.js";

/**
 * Takes the lock on a file under way, so that two transfers never write to one part: a file that holds the tag of its
 * process. One whose process is gone is taken over. E_BUSY if its owner lives, be it this process itself.
 */
export function takeLock(confined: ConfinedFolder, staging: StagingFolder, lockPath: () => string, path: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const { fd } = staging.create(path, lockPath, constants.O_WRONLY);
      writeSync(fd, ownTag());
      closeSync(fd);
      return;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    if (isHeld(confined, lockPath())) break;
    staging.remove(lockPath());
  }
  const shown = confined.show(path);
  throw new SampanError(
    "E_BUSY",
    `another transfer is writing ${printable(shown)}; it can be sent when that one is over`,
    { path: shown },
  );
}

/** A lock without a tag was made a moment ago, or its maker was killed in between: its age tells. */
function isHeld(confined: ConfinedFolder, lockPath: string): boolean {
  const tag = readLock(confined, lockPath);
  if (tag !== "") return isAlive(tag);
  const stat = confined.look(lockPath);
  return stat !== undefined && isRecent(Number(stat.mtimeMs));
}

const youngMs = 2000;

function isRecent(madeAtMs: number): boolean {
  return Math.abs(Date.now() - madeAtMs) < youngMs;
}

/** Whether a living process holds `lockPath`. */
export function isLocked(confined: ConfinedFolder, lockPath: string): boolean {
  return confined.look(lockPath) !== undefined && isHeld(confined, lockPath);
}
