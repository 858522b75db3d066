import { type BigIntStats, closeSync, constants, openSync, readdirSync, writeSync } from "node:fs";
import type { FileEntry } from "../wire/entry.js";
import { stagingName } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { type FinishedFile, FinishedRecord } from "./finished-record.js";
import { hexName, type StagingFolder } from "./staging-folder.js";

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

export interface RememberedTransfer {
  readonly transfer: string;
  readonly digestName: string;
  readonly bootId: string;
  /** Where there was nothing when the transfer first began. */
  readonly newDestination: string | undefined;
}

/**
 * What one run of a transfer leaves for the next, in the staging folder, named after the transfer: `….finished`, the
 * record of finished files; and `….new`, which tells which folder it has made as its destination. A folder that is sent to a new name finds,
 * when the transfer runs again, that name taken by what the first run has made, and would be put into it.
 */
export class TransferMemory {
  readonly #confined: ConfinedFolder;
  readonly #staging: StagingFolder;
  readonly #remembered: RememberedTransfer;
  readonly #record: FinishedRecord;
  /** Whether an earlier run has finished anything; undefined until it is asked. */
  #hasRecord: boolean | undefined;
  #isDestinationNoted = false;

  constructor(confined: ConfinedFolder, staging: StagingFolder, remembered: RememberedTransfer) {
    this.#confined = confined;
    this.#staging = staging;
    this.#remembered = remembered;
    const path = () => staging.pathOf(this.#nameOf("finished"));
    this.#record = new FinishedRecord(confined, path, remembered.digestName, remembered.bootId);
  }

  /** The version of a file that an earlier run has finished for `path`; whether it is still there is not looked at. */
  find(path: string, entry: FileEntry): FinishedFile | undefined {
    // Without a version nobody knows whether what is offered is what came before.
    if (entry.version === "") return undefined;
    this.#hasRecord ??= this.#staging.exists() && !this.#record.isEmpty;
    const finished = this.#hasRecord ? this.#record.find(path) : undefined;
    return finished?.version === entry.version && finished.bytes === entry.bytes ? finished : undefined;
  }

  add(files: readonly FinishedFile[]): void {
    this.#record.add(files);
  }

  /** Makes a folder by `make`; if it is the new destination, it is this transfer's own from then on. */
  makeFolder(path: string, make: () => void): void {
    const { newDestination, transfer } = this.#remembered;
    if (path !== newDestination || this.#isDestinationNoted) return make();
    this.#isDestinationNoted = true;
    if (isOwnDestination(this.#confined, transfer, path)) return make();
    // Before as well, lest it be there and nobody know whose it is.
    this.#noteDestination(path, undefined);
    make();
    this.#noteDestination(path, identityOf(this.#confined.look(path)));
  }

  #noteDestination(path: string, identity: string | undefined): void {
    const note = this.#staging.pathOf(this.#nameOf("new"));
    if (note === undefined) return; // there is no place to remember anything
    try {
      const fd = openSync(this.#confined.at(note), flags, 0o600);
      try {
        writeSync(fd, JSON.stringify([path, identity]));
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw fileError(error, "begin", this.#confined.show(path));
    }
  }

  /** All is settled; whether the other end knows that is not known yet. */
  forgetFinished(): void {
    this.#record.close();
    if (this.#staging.exists()) this.#staging.remove(`${stagingName}/${this.#nameOf("finished")}`);
  }

  /** The same transfer again would be a new one, and so it would where the note is of a folder that is gone. False if there is none. */
  forgetDestination(): boolean {
    if (!this.#staging.exists()) return false;
    this.#staging.remove(`${stagingName}/${this.#nameOf("new")}`);
    return true;
  }

  close(): void {
    this.#record.close();
  }

  #nameOf(ending: string): string {
    return `${hexName(this.#remembered.transfer, 32)}.${ending}`;
  }
}

/** Whether an earlier run of `transfer`, which did not come to its end, has made its destination `path` below `confined`. */
export function isOwnDestination(confined: ConfinedFolder, transfer: string, path: string): boolean {
  try {
    const note = confined.readFile(`${stagingName}/${hexName(transfer, 32)}.new`).toString();
    const [noted, identity] = JSON.parse(note) as unknown[];
    if (noted !== path) return false;
    // A run that was killed right after it had made the folder has put nothing into it.
    return identity === null
      ? readdirSync(confined.folder(path)).length === 0
      : identity === identityOf(confined.look(path));
  } catch {
    return false;
  }
}

/** What one folder has and another of the same name, made later, has not: numbers of folders are given again. */
function identityOf(stat: BigIntStats | undefined): string | undefined {
  return stat?.isDirectory() ? `${stat.dev} ${stat.ino} ${stat.birthtimeNs}` : undefined;
}
