import { closeSync, fchmodSync, renameSync, symlinkSync } from "node:fs";
import type { LinkEntry } from "../wire/entry.js";
import { parentWirePath } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, fileError } from "./file-error.js";
import { setPathTime } from "./file-time.js";
import type { StagingFolder } from "./staging-folder.js";

/** Puts a symbolic link at `path`, in place of a file or link: made beside and renamed, so that there is always one or the other. */
export function placeLink(confined: ConfinedFolder, staging: StagingFolder, path: string, entry: LinkEntry): void {
  let staged: string | undefined;
  try {
    staged = staging.temporaryPath(parentWirePath(path));
    symlinkSync(entry.target, confined.at(staged));
    setPathTime(confined.at(staged), entry.mtime);
    renameSync(confined.at(staged), confined.at(path));
  } catch (error) {
    if (staged !== undefined) staging.remove(staged);
    if (errnoOf(error) === "ENOENT") staging.refresh();
    throw fileError(error, "make the link", confined.show(path));
  }
}

/** A folder that is there already may forbid its owner to put anything into it; it is opened until its mode is set in the end. */
export function openForFilling(confined: ConfinedFolder, path: string): void {
  confined.folder(path);
  const stat = confined.look(path);
  if (stat === undefined || (Number(stat.mode) & 0o700) === 0o700) return;
  const fd = confined.openFolder(path);
  try {
    fchmodSync(fd, (Number(stat.mode) & 0o777) | 0o700);
  } catch (error) {
    throw fileError(error, "write into the folder", confined.show(path));
  } finally {
    closeSync(fd);
  }
}
