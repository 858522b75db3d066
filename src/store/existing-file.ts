import { closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";
import type { ExistingFile } from "../session/ports.js";
import type { FileEntry } from "../wire/entry.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { existingOf } from "./existing.js";
import { fileError } from "./file-error.js";
import { setOpenTime } from "./file-time.js";
import { OpenFile } from "./open-file.js";

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The file at `path`, to compare with. Throws where something else is there, or nothing. */
export function openExistingFile(confined: ConfinedFolder, path: string): ExistingFile {
  const file = new OpenFile(openThere(confined, path));
  const shown = confined.show(path);
  return {
    read: (into, position) =>
      file.read(into, position).catch((error: unknown) => Promise.reject(fileError(error, "read", shown))),
    close: () => file.close(),
  };
}

/** Gives the file at `path` the mode and time of `entry`, where it has others. */
export function applyMeta(confined: ConfinedFolder, path: string, entry: FileEntry): void {
  const stat = confined.look(path);
  const now = stat && existingOf(stat);
  if (now?.type === "file" && now.mtime === entry.mtime && now.mode === (entry.mode & 0o777)) return;
  const fd = openThere(confined, path);
  try {
    fchmodSync(fd, entry.mode & 0o777);
    setOpenTime(fd, entry.mtime);
  } catch (error) {
    throw fileError(error, "set mode and time of", confined.show(path));
  } finally {
    closeSync(fd);
  }
}

function openThere(confined: ConfinedFolder, path: string): number {
  try {
    const fd = openSync(confined.at(path), flags);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch (error) {
    throw fileError(error, "open", confined.show(path));
  }
  throw fileError({ code: "EISDIR" }, "open", confined.show(path));
}
