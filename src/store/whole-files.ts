import { closeSync, constants, fchmodSync, fdatasync, fdatasyncSync, renameSync, writeSync } from "node:fs";
import type { Problem, WholeFile } from "../session/ports.js";
import { parentWirePath } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { DiskPace } from "./disk-pace.js";
import { errnoOf, fileError, isDiskFull } from "./file-error.js";
import { setOpenTime } from "./file-time.js";
import type { FinishedFile } from "./finished-record.js";
import { OpenPlaces } from "./open-places.js";
import type { StagingFolder } from "./staging-folder.js";

/** Cheaper than the way through the thread pool. */
const fastSyncMs = 0.5;
/** Of all transfers together: as many as the largest message brings, and far below any limit on open files. */
const places = new OpenPlaces(256);

export interface WholeFilesOptions {
  readonly sync: boolean;
  /** The path below the confined root of a path below the target. */
  readonly full: (path: string) => string;
}

interface StagedFile {
  readonly file: WholeFile;
  readonly path: string;
  readonly staged: string;
  readonly fd: number;
}

/**
 * Puts a batch of small files under their names: all written, all synced, then renamed one by one. Where a slow disk leaves
 * no place for all of them, in several steps.
 */
export class WholeFiles {
  readonly #confined: ConfinedFolder;
  readonly #staging: StagingFolder;
  readonly #options: WholeFilesOptions;
  readonly #pace = new DiskPace(fastSyncMs);

  constructor(confined: ConfinedFolder, staging: StagingFolder, options: WholeFilesOptions) {
    this.#confined = confined;
    this.#staging = staging;
    this.#options = options;
  }

  async write(files: readonly WholeFile[]): Promise<{ problems: Problem[]; finished: FinishedFile[] }> {
    const problems: Problem[] = [];
    const finished: FinishedFile[] = [];
    for (let at = 0; at < files.length; ) {
      const taken = places.take(files.length - at);
      const count = typeof taken === "number" ? taken : await taken;
      try {
        const staged = this.#stageAll(count === files.length ? files : files.slice(at, at + count), problems);
        const synced = this.#options.sync ? await this.#syncAll(staged, problems) : staged;
        for (const one of synced) this.#place(one, finished, problems);
      } finally {
        places.give(count);
      }
      at += count;
    }
    return { problems, finished };
  }

  #place(one: StagedFile, finished: FinishedFile[], problems: Problem[]): void {
    closeSync(one.fd);
    try {
      renameSync(this.#confined.at(one.staged), this.#confined.at(one.path));
      finished.push(this.#finishedFile(one));
    } catch (error) {
      this.#abandon(one);
      problems.push(this.#problem(one.file, error));
    }
  }

  #stageAll(files: readonly WholeFile[], problems: Problem[]): StagedFile[] {
    const staged: StagedFile[] = [];
    for (const file of files) {
      try {
        staged.push(this.#stage(file));
      } catch (error) {
        if (isDiskFull(error)) this.#giveUp(staged, file, error);
        problems.push(this.#problem(file, error));
      }
    }
    return staged;
  }

  #stage(file: WholeFile): StagedFile {
    const path = this.#options.full(file.path);
    const folder = parentWirePath(path);
    const { staged, fd } = this.#staging.create(path, () => this.#staging.temporaryPath(folder), constants.O_WRONLY);
    try {
      const { content, entry } = file;
      for (let at = 0; at < content.length; ) at += writeSync(fd, content, at, content.length - at, at);
      fchmodSync(fd, entry.mode & 0o777);
      setOpenTime(fd, entry.mtime);
      return { file, path, staged, fd };
    } catch (error) {
      closeSync(fd);
      this.#staging.remove(staged);
      throw error;
    }
  }

  async #syncAll(staged: readonly StagedFile[], problems: Problem[]): Promise<StagedFile[]> {
    const errors = await Promise.all(staged.map(({ fd }) => this.#sync(fd)));
    const full = errors.findIndex(isDiskFull);
    if (full >= 0) this.#giveUp(staged, (staged[full] as StagedFile).file, errors[full]);
    return staged.filter((one, at) => {
      if (!errors[at]) return true;
      closeSync(one.fd);
      this.#abandon(one);
      problems.push(this.#problem(one.file, errors[at]));
      return false;
    });
  }

  #sync(fd: number): unknown {
    if (!this.#pace.here()) return new Promise<unknown>((resolve) => fdatasync(fd, resolve));
    const startedMs = performance.now();
    try {
      fdatasyncSync(fd);
      return null;
    } catch (error) {
      return error;
    } finally {
      this.#pace.took(performance.now() - startedMs);
    }
  }

  #giveUp(staged: readonly StagedFile[], file: WholeFile, error: unknown): never {
    for (const one of staged) {
      closeSync(one.fd);
      this.#abandon(one);
    }
    throw this.#problem(file, error).error;
  }

  #abandon({ staged }: StagedFile): void {
    try {
      this.#staging.remove(staged);
    } catch {
      // it stays behind as abandoned, and is removed with the others of this process later
    }
  }

  #problem(file: WholeFile, error: unknown): Problem {
    const shown = this.#confined.show(this.#options.full(file.path));
    return {
      path: file.path,
      error: errnoOf(error) === "ENOENT" ? fileError(error, "put a file at", shown) : fileError(error, "write", shown),
    };
  }

  #finishedFile({ file, path }: StagedFile): FinishedFile {
    const { entry, content, rootDigest } = file;
    const offeredAs = file.offeredAs === undefined ? undefined : this.#options.full(file.offeredAs);
    return { path, version: entry.version, bytes: content.length, rootDigest, mtime: entry.mtime, offeredAs };
  }
}
