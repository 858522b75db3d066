import { fchmodSync, fstatSync, ftruncateSync, renameSync } from "node:fs";
import type { PartFile } from "../session/ports.js";
import type { FileEntry } from "../wire/entry.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { setOpenTime } from "./file-time.js";
import type { FinishedFile } from "./finished-record.js";
import type { Journal } from "./journal.js";
import { closedError, OpenFile } from "./open-file.js";
import { PartHoles } from "./part-holes.js";
import type { StagingFolder } from "./staging-folder.js";

/** How much may have to be fetched again after a power cut. */
const syncEveryBytes = 256 * 1024 * 1024;
const syncEveryMs = 5000;

/** What a part file needs of the target that it is a part of. */
export interface PartOwner {
  readonly confined: ConfinedFolder;
  readonly staging: StagingFolder;
  readonly bootId: string;
  readonly digestName: string;
  readonly sync: boolean;
  /** Called when the file has its name. */
  committed(file: FinishedFile): void;
  /** Called when the part is let go, committed or not. */
  released(part: PartFile): void;
}

/**
 * The files of a part: `<16 hex of the path>-<16 hex of version and length>.part` and `.journal`, and one
 * lock for all versions.
 */
export interface PartNames {
  readonly lock: () => string;
  readonly part: () => string;
  readonly journal: () => string;
  readonly ofPath: string;
  readonly ofVersion: string;
}

/** The part file in a folder. See ports.ts for what each method promises. */
export class FolderPartFile implements PartFile {
  readonly held: ReadonlyMap<number, Uint8Array>;
  readonly #owner: PartOwner;
  readonly #path: string;
  readonly #entry: FileEntry;
  readonly #names: PartNames;
  readonly #file: OpenFile;
  readonly #journal: Journal;
  readonly #holes: PartHoles;
  /** From here on nothing was ever written that was not noted, so that a hole reads as zeros. */
  readonly #cleanFrom: number;
  /** The length of the part, counting writes under way. */
  #end: number;
  #unsyncedBytes = 0;
  #syncedAtMs = performance.now();
  #syncing: Promise<void> | undefined;
  /** What the first sync that failed has told. The system tells it once, and to later syncs that all is well. */
  #syncError: SampanError | undefined;
  #failedSyncs = 0;
  #writes = 0;
  #idle: (() => void)[] = [];
  #state: "open" | "ending" | "released" = "open";

  constructor(
    owner: PartOwner,
    path: string,
    entry: FileEntry,
    names: PartNames,
    fd: number,
    journal: Journal,
    held: ReadonlyMap<number, Uint8Array>,
    cleanFrom: number,
  ) {
    this.held = held;
    this.#owner = owner;
    this.#path = path;
    this.#entry = entry;
    this.#names = names;
    this.#file = new OpenFile(fd);
    this.#journal = journal;
    this.#holes = new PartHoles(this.#file);
    this.#cleanFrom = cleanFrom;
    this.#end = fstatSync(fd).size;
  }

  async write(
    index: number,
    content: Uint8Array | "zero",
    position: number,
    length: number,
    digest: Uint8Array,
  ): Promise<void> {
    if (this.#state !== "open")
      throw new SampanError("E_BUG", `a block came for ${printable(this.#shown)} after its end`);
    this.#writes++;
    const failedSyncs = this.#failedSyncs;
    try {
      if (content === "zero") await this.#leaveHole(position, length);
      else {
        this.#end = Math.max(this.#end, position + length);
        await this.#file.write(content, length, position);
      }
      if (failedSyncs === this.#failedSyncs) this.#journal.note(index, digest);
      this.#syncNowAndThen(length);
    } catch (error) {
      throw fileError(error, "write", this.#shown);
    } finally {
      if (--this.#writes === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  async commit(bytes: number, rootDigest: Uint8Array): Promise<void> {
    if (this.#state !== "open") throw new SampanError("E_BUG", `${printable(this.#shown)} was ended twice`);
    this.#state = "ending";
    try {
      await this.#quiet();
      if (this.#syncError !== undefined) throw this.#syncError;
      const { fd } = this.#file;
      ftruncateSync(fd, bytes);
      fchmodSync(fd, this.#entry.mode & 0o777);
      setOpenTime(fd, this.#entry.mtime);
      if (this.#owner.sync) await this.#lastSync();
      // Somebody else may have begun the same file since, in a part of the same name.
      if (this.#isReleased()) throw closedError();
      renameSync(this.#owner.confined.at(this.#names.part()), this.#owner.confined.at(this.#path));
    } catch (error) {
      if (!this.#isReleased()) this.#state = "open";
      throw fileError(error, "finish", this.#shown);
    }
    const { version, mtime } = this.#entry;
    this.#owner.committed({ path: this.#path, version, bytes, rootDigest, mtime });
    this.#release(true);
  }

  discard(): void {
    if (this.#state === "released") return;
    this.#owner.staging.remove(this.#names.part());
    this.#release(true);
  }

  async close(): Promise<void> {
    if (this.#state === "released") return;
    this.#state = "ending";
    await this.#quiet();
    if (this.#isReleased()) return;
    this.#release(false);
  }

  get #shown(): string {
    return this.#owner.confined.show(this.#path);
  }

  #isReleased(): boolean {
    return this.#state === "released";
  }

  async #leaveHole(position: number, length: number): Promise<void> {
    if (position < this.#cleanFrom) await this.#holes.clear(position, Math.min(length, this.#cleanFrom - position));
    if (position + length <= this.#end) return;
    this.#end = position + length;
    ftruncateSync(this.#file.fd, this.#end);
  }

  /** In the background, so that no block waits for the disk. A sync that fails leaves the commit to tell. */
  #syncNowAndThen(length: number): void {
    this.#unsyncedBytes += length;
    if (!this.#owner.sync || this.#syncing !== undefined) return;
    if (this.#unsyncedBytes < syncEveryBytes && performance.now() - this.#syncedAtMs < syncEveryMs) return;
    this.#unsyncedBytes = 0;
    const noted = this.#journal.end;
    this.#syncing = this.#file
      .sync(false)
      .then(
        () => this.#journal.markSynced(noted),
        (error) => this.#syncFailed(error),
      )
      // Without a mark in the journal, or with one too many, blocks may have to be fetched again.
      .catch(() => undefined)
      .finally(() => {
        this.#syncing = undefined;
        this.#syncedAtMs = performance.now();
      });
  }

  async #lastSync(): Promise<void> {
    try {
      await this.#file.sync(true);
    } catch (error) {
      this.#syncFailed(error);
      throw error;
    }
  }

  #syncFailed(error: unknown): void {
    this.#syncError ??= fileError(error, "finish", this.#shown);
    this.#failedSyncs++;
    this.#journal.forgetUnsynced(this.#owner.bootId);
  }

  async #quiet(): Promise<void> {
    while (this.#writes > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#syncing;
  }

  #release(forget: boolean): void {
    const { staging } = this.#owner;
    this.#state = "released";
    this.#file.close();
    this.#journal.close();
    try {
      if (forget) staging.remove(this.#names.journal());
      staging.remove(this.#names.lock());
    } finally {
      this.#owner.released(this);
    }
  }
}
