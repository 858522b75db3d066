import { closeSync, constants, openSync, writeSync } from "node:fs";
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
 * record of finished files; and `….new`, which holds the destination's path. A folder that is sent to a new name finds,
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

  /** To be called before a folder is made, lest it be there and nobody know whose it is. */
  noteDestination(): void {
    const { newDestination } = this.#remembered;
    if (newDestination === undefined || this.#isDestinationNoted) return;
    this.#isDestinationNoted = true;
    const path = this.#staging.pathOf(this.#nameOf("new"));
    if (path === undefined) return; // there is no place to remember anything
    try {
      const fd = openSync(this.#confined.at(path), flags, 0o600);
      try {
        writeSync(fd, newDestination);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw fileError(error, "begin", this.#confined.show(newDestination));
    }
  }

  /** `isWhole`: the same transfer again would be a new one. */
  forget(isWhole: boolean): void {
    this.#record.close();
    if (!this.#staging.exists()) return;
    this.#staging.remove(`${stagingName}/${this.#nameOf("finished")}`);
    if (isWhole) this.#staging.remove(`${stagingName}/${this.#nameOf("new")}`);
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
    return confined.readFile(`${stagingName}/${hexName(transfer, 32)}.new`).toString() === path;
  } catch {
    return false;
  }
}
