import { chmodSync, fchmodSync, utimesSync } from "node:fs";
import type { Problem } from "../session/ports.js";
import type { FolderEntry } from "../wire/entry.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { setOpenTime } from "./file-time.js";
import { OpenFile } from "./open-file.js";

/** Folders finished at once: each is open until its sync is over. */
const atOnce = 64;

/** Remembers which folders a transfer has changed, and gives them their mode and time when nothing more is put into them. */
export class TouchedFolders {
  readonly #confined: ConfinedFolder;
  readonly #entries = new Map<string, FolderEntry | undefined>();

  constructor(confined: ConfinedFolder) {
    this.#confined = confined;
  }

  /** Something was put into the folder `path`. */
  touch(path: string): void {
    if (!this.#entries.has(path)) this.#entries.set(path, undefined);
  }

  /** The folder is to end with mode and time of `entry`. */
  expect(path: string, entry: FolderEntry): void {
    this.#entries.set(path, entry);
  }

  /** The folder `path` is gone. */
  forget(path: string): void {
    this.#entries.delete(path);
  }

  /** Deepest first, as a folder that loses its permissions hides what is below it. */
  async finish(sync: boolean): Promise<Problem[]> {
    const problems: Problem[] = [];
    const paths = [...this.#entries.keys()].map((path) => ({ path, depth: path === "" ? 0 : path.split("/").length }));
    paths.sort((a, b) => b.depth - a.depth);
    for (let at = 0; at < paths.length; at += atOnce) {
      const syncs = paths.slice(at, at + atOnce).map(({ path }) => this.#finishOne(path, sync, problems));
      await Promise.all(syncs);
    }
    this.#entries.clear();
    return problems;
  }

  async #finishOne(path: string, sync: boolean, problems: Problem[]): Promise<void> {
    try {
      const entry = this.#entries.get(path);
      if (process.platform === "win32") {
        if (entry !== undefined) setByPath(this.#confined.folder(path), entry);
        return;
      }
      if (entry === undefined && !sync) return;
      const folder = new OpenFile(this.#confined.openFolder(path));
      try {
        if (entry !== undefined) {
          fchmodSync(folder.fd, entry.mode & 0o777);
          setOpenTime(folder.fd, entry.mtime);
        }
        if (sync) await folder.sync(true);
      } finally {
        folder.close();
      }
    } catch (error) {
      problems.push({ path, error: fileError(error, "finish the folder", this.#confined.show(path)) });
    }
  }
}

/** Windows neither opens folders for this nor syncs them. */
function setByPath(native: string, entry: FolderEntry): void {
  chmodSync(native, entry.mode & 0o777);
  utimesSync(native, Math.max(0, entry.mtime) / 1e6, Math.max(0, entry.mtime) / 1e6);
}
