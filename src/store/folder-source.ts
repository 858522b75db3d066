import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Cancellation, SourceFile, SourceTree } from "../session/ports.js";
import type { FileEntry } from "../wire/entry.js";
import type { FilterRule } from "../wire/filter.js";
import { joinWirePath } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, fileError } from "./file-error.js";
import { FileFilter } from "./file-filter.js";
import { sourceChanged, versionOf } from "./file-version.js";
import { OpenFile } from "./open-file.js";
import { entryOf, type Found, throwIfAborted, walkFolder } from "./tree-walk.js";

/** Without waiting, lest a pipe that was put in the place of a file stops everything. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A tree or single file below a confined folder, as a source to send. It owns the confined folder. */
export class FolderSource implements SourceTree {
  readonly #confined: ConfinedFolder;
  readonly #start: string;
  readonly #baseName: string;

  /** `start` is the source's path below the confined root; `baseName` is what a filter sees of a single file. */
  constructor(confined: ConfinedFolder, start: string, baseName: string) {
    this.#confined = confined;
    this.#start = start;
    this.#baseName = baseName;
  }

  async *walk(filter: readonly FilterRule[], signal: Cancellation): AsyncGenerator<Found[]> {
    throwIfAborted(signal);
    const rules = new FileFilter(filter);
    const first = this.#first();
    const isFolder = "type" in first && first.type === "folder";
    if (isFolder || "error" in first || rules.takesFile(this.#baseName)) yield [first];
    if (!isFolder) return;
    yield* walkFolder(this.#confined, { start: this.#start, named: "", filter: rules, recursive: true, signal });
  }

  #first(): Found {
    const shown = this.#confined.show(this.#start);
    try {
      const stat = this.#confined.look(this.#start);
      if (stat === undefined) throw fileError({ code: "ENOENT" }, "read", shown);
      return entryOf(stat, "", this.#confined.at(this.#start), shown);
    } catch (error) {
      return { path: "", error: fileError(error, "read", shown) };
    }
  }

  readSmall(entry: FileEntry, into: Uint8Array, at: number): number {
    const path = joinWirePath(this.#start, entry.path);
    const wanted = entry.bytes ?? 0;
    const fd = this.#open(path, entry);
    try {
      let filled = 0;
      while (filled < wanted) {
        const count = readSync(fd, into, at + filled, wanted - filled, filled);
        if (count === 0) break;
        filled += count;
      }
      const now = fstatSync(fd, { bigint: true });
      if (filled < wanted || versionOf(now) !== entry.version)
        throw sourceChanged(entry, now, this.#confined.show(path));
      return filled;
    } catch (error) {
      throw this.#changedOr(error, entry, path, "read");
    } finally {
      closeSync(fd);
    }
  }

  async open(entry: FileEntry): Promise<SourceFile> {
    const path = joinWirePath(this.#start, entry.path);
    const fd = this.#open(path, entry);
    const now = fstatSync(fd, { bigint: true });
    if (versionOf(now) !== entry.version) {
      closeSync(fd);
      throw sourceChanged(entry, now, this.#confined.show(path));
    }
    return new FolderSourceFile(this.#confined, path, entry, fd);
  }

  close(): void {
    this.#confined.close();
  }

  #open(path: string, entry: FileEntry): number {
    try {
      return openSync(this.#confined.at(path), readFlags);
    } catch (error) {
      throw this.#changedOr(error, entry, path, "open");
    }
  }

  /** What went wrong is most often that something else is there by now, which is worth more than the system's error. */
  #changedOr(error: unknown, entry: FileEntry, path: string, doing: string): Error {
    if (errnoOf(error) === "E_SOURCE_CHANGED") return error as Error;
    const now = lookOrNothing(this.#confined, path);
    if (now === undefined || versionOf(now) !== entry.version)
      return sourceChanged(entry, now, this.#confined.show(path));
    return fileError(error, doing, this.#confined.show(path));
  }
}

class FolderSourceFile implements SourceFile {
  readonly #confined: ConfinedFolder;
  readonly #path: string;
  readonly #entry: FileEntry;
  readonly #file: OpenFile;

  constructor(confined: ConfinedFolder, path: string, entry: FileEntry, fd: number) {
    this.#confined = confined;
    this.#path = path;
    this.#entry = entry;
    this.#file = new OpenFile(fd);
  }

  readNow(into: Uint8Array, position: number): number | undefined {
    try {
      return this.#file.readNow(into, position);
    } catch (error) {
      throw fileError(error, "read", this.#confined.show(this.#path));
    }
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    try {
      return await this.#file.read(into, position);
    } catch (error) {
      throw fileError(error, "read", this.#confined.show(this.#path));
    }
  }

  async check(): Promise<void> {
    const opened = fstatSync(this.#file.fd, { bigint: true });
    const named = lookOrNothing(this.#confined, this.#path);
    for (const now of [named, opened]) {
      if (now !== undefined && versionOf(now) === this.#entry.version) continue;
      throw sourceChanged(this.#entry, now, this.#confined.show(this.#path));
    }
  }

  close(): void {
    this.#file.close();
  }
}

function lookOrNothing(confined: ConfinedFolder, path: string): BigIntStats | undefined {
  try {
    return confined.look(path);
  } catch {
    return undefined;
  }
}
