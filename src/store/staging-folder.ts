import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, openSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { baseWireName, joinWirePath, parentWirePath, printable, stagingName } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, fileError } from "./file-error.js";
import { isHeldLock } from "./part-lock.js";
import { isAlive, ownTag } from "./process-tag.js";

const createFlags = constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

let lastTemporary = 0;

/**
 * Where unfinished files lie: `.sampan` at the confined root. A file that could not be renamed from there to its
 * place (other file system, or a root in which we may not write) is staged beside its place as `.sampan-…`.
 */
export class StagingFolder {
  readonly #confined: ConfinedFolder;
  #state: "unknown" | "ready" | "unusable" = "unknown";
  #lastFolder: string | undefined;
  #lastPrefix = "";
  /** Something of ours was or is in it. */
  #isUsed = false;
  /** Folders in which something was staged beside its place. */
  readonly #besideFolders = new Set<string>();

  constructor(confined: ConfinedFolder) {
    this.#confined = confined;
  }

  /** What stands in front of the names of unfinished files for what is to lie in `folder`. */
  prefixFor(folder: string): string {
    if (folder === this.#lastFolder && this.#state !== "unknown") return this.#lastPrefix;
    this.#lastPrefix = this.#findPrefix(folder);
    this.#lastFolder = folder;
    return this.#lastPrefix;
  }

  /** The path in the staging folder itself, for what is renamed nowhere; undefined where there can be none. */
  pathOf(name: string): string | undefined {
    return this.#ensure() ? `${stagingName}/${name}` : undefined;
  }

  /** Whether the staging folder is there, made by this or an earlier run; asking does not make it. */
  exists(): boolean {
    return this.#confined.look(stagingName)?.isDirectory() ?? false;
  }

  /** A name for a file that nobody else uses, and that tells whose it is. */
  temporaryPath(folder: string): string {
    return `${this.prefixFor(folder)}${ownTag()}-${(lastTemporary++).toString(36)}.tmp`;
  }

  /** Creates an unfinished file for `path` by a name that `nameOf` makes of the prefix. */
  create(path: string, nameOf: () => string, flags: number): { readonly staged: string; readonly fd: number } {
    this.#isUsed = true;
    try {
      const staged = nameOf();
      return { staged, fd: openSync(this.#confined.at(staged), createFlags | flags, 0o600) };
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "E_NOT_FOUND") throw error;
    }
    // Another transfer that finished has taken away the folder between two of our files.
    this.refresh();
    this.#confined.makeFolders(parentWirePath(path));
    const staged = nameOf();
    return { staged, fd: openSync(this.#confined.at(staged), createFlags | flags, 0o600) };
  }

  refresh(): void {
    this.#confined.forget(stagingName);
    this.#state = "unknown";
  }

  remove(staged: string): void {
    try {
      unlinkSync(this.#confined.at(staged));
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "E_NOT_FOUND")
        throw fileError(error, "remove", this.#confined.show(staged));
    }
  }

  /** Names in the place where files for `folder` are staged. */
  namesFor(folder: string): string[] {
    const prefix = this.prefixFor(folder);
    const names = readdirSync(this.#confined.folder(parentWirePath(prefix)));
    const start = baseWireName(prefix);
    return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  }

  /** Removes what processes that are gone have left, and the staging folder if nothing is left in it. */
  tidy(): void {
    for (const folder of this.#besideFolders) this.#removeAbandoned(folder, ".sampan-");
    if (!this.exists()) return;
    this.#removeAbandoned(stagingName, "");
    this.#removeEmpty();
  }

  /** Removes the staging folder if we had something in it, and nothing is left. */
  leave(): void {
    if (this.#isUsed) this.#removeEmpty();
  }

  #removeEmpty(): void {
    try {
      rmdirSync(this.#confined.at(stagingName));
    } catch {
      return; // it is gone, or something is kept in it, for us or for other transfers
    }
    this.refresh();
  }

  #removeAbandoned(folder: string, start: string): void {
    for (const name of readdirSync(this.#confined.folder(folder))) {
      const path = joinWirePath(folder, name);
      const own = name.startsWith(start) ? name.slice(start.length) : "";
      const isLeft = own.endsWith(".lock") ? !isHeldLock(own) : isAbandonedTemporary(own) || this.#isJournalAlone(path);
      if (isLeft) this.remove(path);
    }
  }

  /**
   * A part is made before its journal, and gets its real name before the journal goes: without the part there is nothing
   * that the journal speaks of, and whoever was to remove it was killed (or is about to do so).
   */
  #isJournalAlone(path: string): boolean {
    return path.endsWith(".journal") && this.#confined.look(path.replace(/journal$/, "part")) === undefined;
  }

  #findPrefix(folder: string): string {
    if (this.#ensure() && this.#confined.mountOf(stagingName) === this.#confined.mountOf(folder))
      return `${stagingName}/`;
    this.#besideFolders.add(folder);
    return joinWirePath(folder, ".sampan-");
  }

  /** Makes the folder when it is first needed; false where it cannot be had or is somebody else's. */
  #ensure(): boolean {
    if (this.#state !== "unknown") return this.#state === "ready";
    this.#lastFolder = undefined;
    this.#state = this.#make() ? "ready" : "unusable";
    return this.#state === "ready";
  }

  #make(): boolean {
    const native = this.#confined.at(stagingName);
    try {
      mkdirSync(native, 0o700);
    } catch (error) {
      if (["EACCES", "EPERM", "EROFS"].includes(errnoOf(error) ?? "")) return false;
      if (errnoOf(error) !== "EEXIST") throw fileError(error, "make the folder", this.#confined.show(stagingName));
      return this.#isOurs(native);
    }
    return true;
  }

  #isOurs(native: string): boolean {
    const stat = this.#confined.look(stagingName);
    const shown = this.#confined.show(stagingName);
    if (stat?.isSymbolicLink())
      throw new SampanError("E_LINK", `${printable(shown)} is a symbolic link; remove it`, { path: shown });
    if (stat?.isDirectory() !== true)
      throw new SampanError("E_NOT_A_FOLDER", `${printable(shown)} is not a folder; remove it`, { path: shown });
    const user = process.geteuid?.() ?? 0;
    if (user !== 0 && Number(stat.uid) !== user) return false;
    try {
      accessSync(native, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }
}

function isAbandonedTemporary(name: string): boolean {
  const [, tag] = /^(\d+-\d+-[0-9a-f]+)-[0-9a-z]+\.tmp$/.exec(name) ?? [];
  return tag !== undefined && !isAlive(tag);
}

/** A short name for a long text. */
export function hexName(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
