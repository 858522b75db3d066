import type { FileEntry, OfferedEntry } from "../../wire/entry.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { SourceTree } from "../ports.js";
import { OpenFiles } from "./open-files.js";
import { SentFile } from "./sent-file.js";

/** The files that were offered and are not settled, by id. */
export class FilesOnOffer {
  readonly #unsettled = new Map<number, SentFile>();
  /** Files that failed here, of which the receiver may not know yet. */
  readonly #failed = new Set<number>();
  readonly #open = new OpenFiles();
  /** Above all ids that were offered. */
  #end = 0;

  get count(): number {
    return this.#unsettled.size;
  }

  add(entry: OfferedEntry & FileEntry, tree: SourceTree, shownPath: string): void {
    this.#end = entry.id + 1;
    this.#unsettled.set(entry.id, new SentFile(entry, tree, shownPath, this.#open));
  }

  /** Undefined for what is no file on offer, such as a folder. */
  find(id: number): SentFile | undefined {
    return this.#unsettled.get(id);
  }

  /**
   * Undefined if it failed, or with `mayBeSettled` was settled, while the message was under way; E_PROTOCOL if it is not
   * on offer.
   */
  get(id: number, mayBeSettled = false): SentFile | undefined {
    const file = this.#unsettled.get(id);
    if (file || this.#failed.has(id) || (mayBeSettled && id < this.#end)) return file;
    throw new SampanError("E_PROTOCOL", `entry ${id} is not on offer`);
  }

  hasFailed(id: number): boolean {
    return this.#failed.has(id);
  }

  /** Notes that it failed here; false if it is settled already. */
  fail(file: SentFile): boolean {
    if (!this.#unsettled.has(file.id)) return false;
    this.#failed.add(file.id);
    return true;
  }

  settle(file: SentFile): void {
    this.#unsettled.delete(file.id);
    file.close();
  }

  /** Lets go of all of them. */
  close(): void {
    for (const file of this.#unsettled.values()) file.close();
    this.#unsettled.clear();
  }
}
