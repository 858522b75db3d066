import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from "node:fs";
import type {
  Existing,
  ExistingFile,
  PartFile,
  Problem,
  TargetOptions,
  TargetTree,
  WholeFile,
} from "../session/ports.js";
import type { FileEntry, FolderEntry, LinkEntry } from "../wire/entry.js";
import type { FilterRule } from "../wire/filter.js";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, linkLeavesRoot, parentWirePath, printable, stagingName } from "../wire/wire-path.js";
import { escapeBytes } from "./byte-name.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { existingOf } from "./existing.js";
import { errnoOf, fileError } from "./file-error.js";
import { FileFilter } from "./file-filter.js";
import { checkNotStaging } from "./file-name.js";
import { setOpenTime } from "./file-time.js";
import { FinishedRecord } from "./finished-record.js";
import { firstFreeName } from "./free-name.js";
import { OpenFile } from "./open-file.js";
import { openPart } from "./open-part.js";
import { openForFilling, placeLink } from "./placing.js";
import { readBootId } from "./process-tag.js";
import { hexName, StagingFolder } from "./staging-folder.js";
import { TouchedFolders } from "./touched-folders.js";
import { removeBelow } from "./tree-removal.js";
import { WholeFiles } from "./whole-files.js";

const inspectFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * A folder below a confined root into which a tree is received. It owns the confined root. What is unfinished lies at
 * the confined root, so that a server has one place for it, whichever of its folders are received into.
 */
export class FolderTarget implements TargetTree {
  readonly #confined: ConfinedFolder;
  readonly #start: string;
  readonly #options: TargetOptions;
  readonly #bootId: string;
  readonly #staging: StagingFolder;
  readonly #touched: TouchedFolders;
  readonly #wholeFiles: WholeFiles;
  readonly #record: FinishedRecord;
  readonly #recordName: string;
  readonly #parts = new Set<PartFile>();
  readonly #promisedNames = new Set<string>();
  /** Folders that this transfer has made. */
  readonly #madeFolders = new Set<string>();
  /** Whether an earlier run of this transfer has finished anything; undefined until it is asked. */
  #hasRecord: boolean | undefined;
  #isClosed = false;

  /** `bootId` is only given by tests. */
  constructor(confined: ConfinedFolder, start: string, options: TargetOptions, bootId = readBootId()) {
    this.#confined = confined;
    this.#start = start;
    this.#options = options;
    this.#bootId = bootId;
    this.#staging = new StagingFolder(confined);
    this.#touched = new TouchedFolders(confined);
    this.#wholeFiles = new WholeFiles(confined, this.#staging, {
      sync: options.sync,
      full: (path) => this.#full(path),
    });
    this.#recordName = `${hexName(options.transfer, 32)}.finished`;
    this.#record = new FinishedRecord(
      confined,
      () => this.#staging.pathOf(this.#recordName),
      options.digest.name,
      bootId,
    );
  }

  look(path: string): Existing | undefined {
    const full = this.#full(path);
    // Nothing can have been in a folder that was not there.
    return this.#madeFolders.has(parentWirePath(full)) ? undefined : this.#lookAt(full);
  }

  #lookAt(full: string): Existing | undefined {
    const stat = this.#confined.look(full);
    return stat === undefined ? undefined : existingOf(stat);
  }

  finishedDigest(path: string, entry: FileEntry): Uint8Array | undefined {
    // Without a version nobody knows whether what is offered is what came before.
    if (entry.version === "") return undefined;
    this.#hasRecord ??= this.#staging.exists() && !this.#record.isEmpty;
    if (!this.#hasRecord) return undefined;
    const full = this.#full(path);
    const finished = this.#record.find(full);
    if (finished === undefined || finished.version !== entry.version || finished.bytes !== entry.bytes)
      return undefined;
    const now = this.#lookAt(full);
    const isSame = now?.type === "file" && now.bytes === finished.bytes && now.mtime === finished.mtime;
    return isSame ? finished.rootDigest : undefined;
  }

  freeName(path: string): string {
    const free = firstFreeName(
      path,
      (candidate) => this.#promisedNames.has(candidate) || this.#lookAt(this.#full(candidate)) !== undefined,
    );
    this.#promisedNames.add(free);
    return free;
  }

  admitFolder(path: string): void {
    const there = this.look(path);
    if (there === undefined || there.type === "folder") return;
    const shown = this.#confined.show(this.#full(path));
    const what = there.type === "other" ? "no folder" : `a ${there.type}`;
    throw new SampanError(
      "E_NOT_A_FOLDER",
      `${printable(shown)} is ${what}, and a folder is to go there; name another destination`,
      { path: shown },
    );
  }

  makeFolder(path: string, entry: FolderEntry): void {
    const full = this.#full(path);
    this.#withParents(full, () => {
      try {
        if (full !== "") {
          mkdirSync(this.#confined.at(full), (entry.mode & 0o777) | 0o700);
          this.#madeFolders.add(full);
        }
        this.#touched.touch(parentWirePath(full));
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw fileError(error, "make the folder", this.#confined.show(full));
        openForFilling(this.#confined, full);
      }
    });
    this.#touched.expect(full, entry);
  }

  makeLink(path: string, entry: LinkEntry): void {
    const full = this.#full(path);
    const shown = this.#confined.show(full);
    if (!this.#options.anyLinks && linkLeavesRoot(path, entry.target)) {
      throw new SampanError(
        "E_LINK",
        `the link ${printable(shown)} leads out of the tree, to ${printable(entry.target)}; allow it with --any-links`,
        { path: shown },
      );
    }
    this.#withParents(full, () => placeLink(this.#confined, this.#staging, full, entry));
    this.#touched.touch(parentWirePath(full));
  }

  async writeWhole(files: readonly WholeFile[]): Promise<Problem[]> {
    const { problems, finished } = await this.#wholeFiles.write(files);
    for (const { path } of finished) this.#touched.touch(parentWirePath(path));
    this.#record.add(finished);
    return problems;
  }

  async begin(path: string, entry: FileEntry): Promise<PartFile> {
    const full = this.#full(path);
    try {
      this.#confined.makeFolders(parentWirePath(full));
      const part = openPart(
        {
          confined: this.#confined,
          staging: this.#staging,
          bootId: this.#bootId,
          digestName: this.#options.digest.name,
          sync: this.#options.sync,
          committed: (file) => {
            this.#touched.touch(parentWirePath(full));
            this.#record.add([file]);
          },
          released: (released) => this.#released(released),
        },
        full,
        entry,
      );
      this.#parts.add(part);
      return part;
    } catch (error) {
      throw fileError(error, "begin", this.#confined.show(full));
    }
  }

  applyMeta(path: string, entry: FileEntry): void {
    const now = this.#lookAt(this.#full(path));
    if (now?.type === "file" && now.mtime === entry.mtime && now.mode === (entry.mode & 0o777)) return;
    const fd = this.#inspect(path);
    try {
      fchmodSync(fd, entry.mode & 0o777);
      setOpenTime(fd, entry.mtime);
    } catch (error) {
      throw fileError(error, "set mode and time of", this.#confined.show(this.#full(path)));
    } finally {
      closeSync(fd);
    }
  }

  async openExisting(path: string): Promise<ExistingFile> {
    const file = new OpenFile(this.#inspect(path));
    const shown = this.#confined.show(this.#full(path));
    return {
      read: (into, position) =>
        file.read(into, position).catch((error: unknown) => Promise.reject(fileError(error, "read", shown))),
      close: () => file.close(),
    };
  }

  *removeOthers(
    folder: string,
    keep: ReadonlySet<string>,
    filter: readonly FilterRule[] = [],
    dryRun = false,
  ): Generator<string> {
    const full = this.#full(folder);
    if (this.#confined.look(full)?.isDirectory() !== true) return;
    const below = this.#start === "" ? 0 : this.#start.length + 1;
    const rules = new FileFilter(filter);
    const inside = full === "" ? 0 : full.length + 1;
    const isKept = (path: string, isFolder: boolean) => {
      const named = path.slice(inside);
      const isLeftOut = isFolder ? !rules.entersFolder(named) : !rules.takesFile(named);
      return isLeftOut || keep.has(path.slice(below));
    };
    for (const path of removeBelow(this.#confined, full, { isKept, dryRun })) {
      if (path === undefined) continue;
      if (!dryRun) {
        this.#touched.forget(path);
        this.#touched.touch(parentWirePath(path));
      }
      yield escapeBytes(path.slice(below));
    }
  }

  async finish(): Promise<Problem[]> {
    this.#record.close();
    if (this.#staging.exists()) {
      this.#staging.remove(`${stagingName}/${this.#recordName}`);
      this.#staging.tidy();
    }
    const below = this.#start === "" ? 0 : this.#start.length + 1;
    const problems = await this.#touched.finish(this.#options.sync);
    return problems.map(({ path, error }) => ({ path: path.slice(below), error }));
  }

  close(): void {
    this.#isClosed = true;
    this.#record.close();
    if (this.#parts.size === 0) this.#confined.close();
  }

  #released(part: PartFile): void {
    this.#parts.delete(part);
    if (this.#isClosed && this.#parts.size === 0) this.#confined.close();
  }

  #full(path: string): string {
    checkNotStaging(path);
    return joinWirePath(this.#start, path);
  }

  /** Tries again once the folders above are made, which the sender need not have offered. */
  #withParents(full: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (errnoOf(error) !== "E_NOT_FOUND") throw error;
      for (const made of this.#confined.makeFolders(parentWirePath(full))) this.#touched.touch(made);
      action();
    }
  }

  /** Opens what is at `path`, which must be a file, to read it and to set what belongs to it. */
  #inspect(path: string): number {
    const full = this.#full(path);
    try {
      const fd = openSync(this.#confined.at(full), inspectFlags);
      if (fstatSync(fd).isFile()) return fd;
      closeSync(fd);
    } catch (error) {
      throw fileError(error, "open", this.#confined.show(full));
    }
    throw fileError({ code: "EISDIR" }, "open", this.#confined.show(full));
  }
}
