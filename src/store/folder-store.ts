import type { BigIntStats } from "node:fs";
import { linkSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import type { Cancellation, Existing, SourceTree, Store, TargetOptions, TargetTree } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { baseWireName, checkWirePath, printable } from "../wire/wire-path.js";
import { ConfinedFolder } from "./confined-folder.js";
import { existingOf } from "./existing.js";
import { errnoOf, fileError } from "./file-error.js";
import { FileFilter } from "./file-filter.js";
import { checkNotStaging } from "./file-name.js";
import { FolderSource } from "./folder-source.js";
import { FolderTarget } from "./folder-target.js";
import { refuseMoveOutOfRoot } from "./moved-links.js";
import { isOwnDestination } from "./transfer-memory.js";
import { removeBelow } from "./tree-removal.js";
import { entryOf, type Found, throwIfAborted, walkFolder } from "./tree-walk.js";

/** Removals before other work gets a turn. */
const removalsPerTurn = 256;

const showServed = (path: string) => (path === "" ? "the served folder" : path);

/**
 * A folder of this machine, served. Each call opens it anew, so that nothing stale is held when others move things
 * about; a transfer holds on to what it has opened.
 */
export class FolderStore implements Store {
  readonly #root: string;
  readonly #anyLinks: boolean;

  /** `anyLinks`: symbolic links may be moved to where they lead out of the folder. */
  constructor(root: string, anyLinks = false) {
    this.#root = root;
    this.#anyLinks = anyLinks;
    this.#open().close();
  }

  source(path: string): SourceTree {
    const confined = this.#openFor(path);
    return keepOrClose(confined, () => {
      if (confined.look(path) === undefined) throw fileError({ code: "ENOENT" }, "read", showServed(path));
      confined.at(path);
      return new FolderSource(confined, path, baseWireName(path));
    });
  }

  target(path: string, options: TargetOptions): TargetTree {
    const confined = this.#openFor(path);
    return keepOrClose(confined, () => {
      if (options.make) confined.makeFolders(path);
      confined.folder(path);
      return new FolderTarget(confined, path, options);
    });
  }

  isOwnDestination(path: string, transfer: string): boolean {
    return this.#with(path, (confined) => isOwnDestination(confined, transfer, path));
  }

  look(path: string): Existing | undefined {
    return this.#with(path, (confined) => {
      const stat = confined.look(path);
      return stat === undefined ? undefined : existingOf(stat);
    });
  }

  async *list(path: string, recursive: boolean, signal: Cancellation): AsyncGenerator<Found[]> {
    const confined = this.#openFor(path);
    try {
      throwIfAborted(signal);
      const stat = lookOrThrow(confined, path, "list");
      if (!stat.isDirectory()) {
        yield [entryOf(stat, path, confined.at(path), showServed(path))];
        return;
      }
      yield* walkFolder(confined, { start: path, named: path, filter: new FileFilter([]), recursive, signal });
    } finally {
      confined.close();
    }
  }

  makeFolder(path: string, parents: boolean): void {
    this.#with(path, (confined) => {
      if (parents) {
        confined.makeFolders(path);
        return;
      }
      try {
        if (path === "") throw Object.assign(new Error(), { code: "EEXIST" });
        mkdirSync(confined.at(path));
      } catch (error) {
        throw fileError(error, "make the folder", showServed(path));
      }
    });
  }

  async remove(path: string, recursive: boolean): Promise<void> {
    refuseRoot(path, "removed");
    const confined = this.#openFor(path);
    try {
      const isFolder = lookOrThrow(confined, path, "remove").isDirectory();
      if (isFolder && recursive) await removeAllBelow(confined, path);
      confined.forget(path);
      if (isFolder) rmdirSync(confined.at(path));
      else unlinkSync(confined.at(path));
    } catch (error) {
      if (errnoOf(error) === "ENOTEMPTY") {
        const why = recursive
          ? "was filled again meanwhile; remove it once more"
          : "is not empty; it is removed with what is in it by --recursive";
        throw new SampanError("E_NOT_EMPTY", `${printable(path)} ${why}`, { path });
      }
      throw fileError(error, "remove", showServed(path));
    } finally {
      confined.close();
    }
  }

  async move(from: string, to: string, overwrite: boolean): Promise<void> {
    refuseRoot(from, "moved");
    refuseRoot(to, "replaced");
    checkNotStaging(checkWirePath(to));
    const confined = this.#openFor(from);
    try {
      const what = lookOrThrow(confined, from, "move");
      if (!this.#anyLinks) await refuseMoveOutOfRoot(confined, from, to);
      moveWithin(confined, what, from, to, overwrite);
    } catch (error) {
      if (errnoOf(error) === "EINVAL")
        throw new SampanError("E_USAGE", `a folder cannot be moved into itself: ${printable(to)}`, { path: to });
      throw fileError(error, `move ${printable(from)} to`, to);
    } finally {
      confined.close();
    }
  }

  #with<T>(path: string, action: (confined: ConfinedFolder) => T): T {
    const confined = this.#openFor(path);
    try {
      return action(confined);
    } finally {
      confined.close();
    }
  }

  #openFor(path: string): ConfinedFolder {
    checkNotStaging(checkWirePath(path));
    return this.#open();
  }

  #open(): ConfinedFolder {
    return new ConfinedFolder(this.#root, { show: showServed });
  }
}

function refuseRoot(path: string, verb: string): void {
  if (path === "") throw new SampanError("E_USAGE", `the served folder itself cannot be ${verb}`);
}

function lookOrThrow(confined: ConfinedFolder, path: string, doing: string): BigIntStats {
  const stat = confined.look(path);
  if (stat === undefined) throw fileError({ code: "ENOENT" }, doing, showServed(path));
  return stat;
}

function keepOrClose<T>(confined: ConfinedFolder, make: () => T): T {
  try {
    return make();
  } catch (error) {
    confined.close();
    throw error;
  }
}

async function removeAllBelow(confined: ConfinedFolder, path: string): Promise<void> {
  const removals = removeBelow(confined, path, { isKept: () => false, dryRun: false });
  for (let count = 1; removals.next().done !== true; count++) {
    if (count % removalsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * A file gets its new name by link() and loses the old one, as link() does not replace. Folders, and file systems
 * without hard links, are looked at before the rename: there, what somebody else puts at `to` in between is replaced
 * if it is a file, or an empty folder.
 */
function moveWithin(confined: ConfinedFolder, what: BigIntStats, from: string, to: string, overwrite: boolean): void {
  const there = confined.look(to);
  if (there !== undefined && (!overwrite || what.isDirectory() || there.isDirectory())) {
    throw new SampanError("E_EXISTS", `${printable(to)} is there already`, { path: to });
  }
  if (there === undefined && !what.isDirectory() && linkedOver(confined, from, to)) return;
  confined.forget(from);
  renameSync(confined.at(from), confined.at(to));
}

function linkedOver(confined: ConfinedFolder, from: string, to: string): boolean {
  try {
    linkSync(confined.at(from), confined.at(to));
  } catch (error) {
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errnoOf(error) ?? "")) return false;
    throw error;
  }
  unlinkSync(confined.at(from));
  return true;
}
