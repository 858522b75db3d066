import { SampanError } from "../../wire/sampan-error.js";
import type { SentFile } from "./sent-file.js";

/** The files that were offered and are not settled, by id. */
export class FilesOnOffer {
  readonly #unsettled = new Map<number, SentFile>();
  /** Files that failed here, of which the receiver may not know yet. */
  readonly #failed = new Set<number>();

  get count(): number {
    return this.#unsettled.size;
  }

  add(file: SentFile): void {
    this.#unsettled.set(file.id, file);
  }

  /** Undefined if it failed while the message was under way; E_PROTOCOL if it never was on offer, or is settled. */
  file(id: number): SentFile | undefined {
    const file = this.#unsettled.get(id);
    if (!file && !this.#failed.has(id)) throw new SampanError("E_PROTOCOL", `entry ${id} is not on offer`);
    return file;
  }

  /** Undefined for what is no file on offer, such as a folder. */
  find(id: number): SentFile | undefined {
    return this.#unsettled.get(id);
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

  close(): void {
    for (const file of this.#unsettled.values()) file.close();
    this.#unsettled.clear();
  }
}
