import { mkdirSync, readlinkSync } from "node:fs";
import type {
  Existing,
  ExistingFile,
  FinishedEarlier,
  PartFile,
  Problem,
  TargetOptions,
  TargetTree,
  WholeFile,
} from "../session/ports.js";
import type { FileEntry, FolderEntry, LinkEntry } from "../wire/entry.js";
import type { FilterRule } from "../wire/filter.js";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, linkLeavesRoot, parentWirePath, printable } from "../wire/wire-path.js";
import { escapeBytes } from "./byte-name.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { existingOf } from "./existing.js";
import { applyMeta, openExistingFile } from "./existing-file.js";
import { errnoOf, fileError } from "./file-error.js";
import { FileFilter } from "./file-filter.js";
import { checkNotStaging } from "./file-name.js";
import { firstFreeName } from "./free-name.js";
import { openPart } from "./open-part.js";
import { openForFilling, placeLink } from "./placing.js";
import { readBootId } from "./process-tag.js";
import { StagingFolder } from "./staging-folder.js";
import { TouchedFolders } from "./touched-folders.js";
import { TransferMemory } from "./transfer-memory.js";
import { removeBelow } from "./tree-removal.js";
import { WholeFiles } from "./whole-files.js";

export interface FolderTargetExtras {
  /** Only given by tests. */
  readonly bootId?: string | undefined;
  /** Called when the target is let go before its transfer came to its end. */
  readonly abandoned?: () => void;
}

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
  readonly #memory: TransferMemory;
  readonly #abandoned: (() => void) | undefined;
  readonly #parts = new Set<PartFile>();
  readonly #promisedNames = new Set<string>();
  /** Folders that this transfer has made. */
  readonly #madeFolders = new Set<string>();
  #isFinished = false;
  #isClosed = false;

  constructor(confined: ConfinedFolder, start: string, options: TargetOptions, extras: FolderTargetExtras = {}) {
    this.#confined = confined;
    this.#start = start;
    this.#options = options;
    this.#bootId = extras.bootId ?? readBootId();
    this.#abandoned = extras.abandoned;
    this.#staging = new StagingFolder(confined);
    this.#touched = new TouchedFolders(confined);
    this.#wholeFiles = new WholeFiles(confined, this.#staging, {
      sync: options.sync,
      full: (path) => this.#full(path),
    });
    const { transfer, newDestination } = options;
    const remembered = { transfer, newDestination, digestName: options.digest.name, bootId: this.#bootId };
    this.#memory = new TransferMemory(confined, this.#staging, remembered);
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

  finished(path: string, entry: FileEntry): FinishedEarlier | undefined {
    const finished = this.#memory.find(this.#full(path), entry);
    if (finished === undefined) return undefined;
    const now = this.#lookAt(finished.path);
    const isSame = now?.type === "file" && now.bytes === finished.bytes && now.mtime === finished.mtime;
    return isSame ? { path: this.#below(finished.path), rootDigest: finished.rootDigest } : undefined;
  }

  isLinkTo(path: string, target: string): boolean {
    const full = this.#full(path);
    return this.#lookAt(full)?.type === "link" && readlinkSync(this.#confined.at(full)) === target;
  }

  freeName(path: string, isSame: (there: string) => boolean): string {
    const isThere = (name: string) => this.#lookAt(this.#full(name)) !== undefined;
    const free = firstFreeName(path, (name) => this.#promisedNames.has(name) || (isThere(name) && !isSame(name)));
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
          this.#memory.makeFolder(full, () => mkdirSync(this.#confined.at(full), (entry.mode & 0o777) | 0o700));
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
    if (!this.#options.anyLinks && linkLeavesRoot(this.#withinTree(path), entry.target)) {
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
    this.#memory.add(finished);
    return problems;
  }

  async begin(path: string, entry: FileEntry, offeredAs?: string): Promise<PartFile> {
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
            this.#memory.add([offeredAs === undefined ? file : { ...file, offeredAs: this.#full(offeredAs) }]);
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
    applyMeta(this.#confined, this.#full(path), entry);
  }

  async openExisting(path: string): Promise<ExistingFile> {
    return openExistingFile(this.#confined, this.#full(path));
  }

  *removeOthers(
    folder: string,
    keep: ReadonlySet<string>,
    filter: readonly FilterRule[] = [],
    dryRun = false,
  ): Generator<string> {
    const full = this.#full(folder);
    if (this.#confined.look(full)?.isDirectory() !== true) return;
    const rules = new FileFilter(filter);
    const inside = full === "" ? 0 : full.length + 1;
    const isKept = (path: string, isFolder: boolean) => {
      const named = path.slice(inside);
      const isLeftOut = isFolder ? !rules.entersFolder(named) : !rules.takesFile(named);
      return isLeftOut || keep.has(this.#below(path));
    };
    for (const path of removeBelow(this.#confined, full, { isKept, dryRun })) {
      if (path === undefined) continue;
      if (!dryRun) {
        this.#touched.forget(path);
        this.#touched.touch(parentWirePath(path));
      }
      yield escapeBytes(this.#below(path));
    }
  }

  async finish(): Promise<Problem[]> {
    this.#isFinished = true;
    this.#memory.forgetFinished();
    this.#staging.tidy();
    const problems = await this.#touched.finish(this.#options.sync);
    return problems.map(({ path, error }) => ({ path: this.#below(path), error }));
  }

  close(isOver = false): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#memory.close();
    if (isOver) this.#forgetDestination();
    this.#letGo();
  }

  #forgetDestination(): void {
    try {
      if (this.#memory.forgetDestination()) this.#staging.tidy();
    } catch {
      // all is there; what is left behind does no harm
    }
  }

  #released(part: PartFile): void {
    this.#parts.delete(part);
    this.#letGo();
  }

  #letGo(): void {
    if (!this.#isClosed || this.#parts.size > 0) return;
    this.#staging.leave();
    this.#confined.close();
    if (!this.#isFinished) this.#abandoned?.();
  }

  #below(full: string): string {
    return this.#start === "" ? full : full.slice(this.#start.length + 1);
  }

  /** The path below the tree out of which no link may lead. */
  #withinTree(path: string): string {
    const { linksWithin } = this.#options;
    return linksWithin !== undefined && path.startsWith(`${linksWithin}/`) ? path.slice(linksWithin.length + 1) : path;
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
}
