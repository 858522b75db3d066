import type { Entry, OfferedEntry } from "../../wire/entry.js";
import type { FilterRule } from "../../wire/filter.js";
import { maxTransferEntries } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Cancellation, Problem, SourceTree } from "../ports.js";
import { JsonList } from "./json-list.js";

export interface OfferWalkHost {
  readonly channel: Channel;
  readonly sources: readonly SourceTree[];
  readonly filter: readonly FilterRule[];
  readonly signal: Cancellation;
  isOver(): boolean;
  /** An entry has got its id, and is about to be offered. */
  offered(entry: OfferedEntry, tree: SourceTree): void;
  problem(source: number, problem: Problem): void;
  /** Waits until more may be offered. */
  room(): Promise<void>;
  /** All has been offered. */
  walked(): void;
}

/** Walks all sources and turns what it finds into offers, ids counting up. */
export class OfferWalk {
  readonly #host: OfferWalkHost;
  #nextId = 0;

  constructor(host: OfferWalkHost) {
    this.#host = host;
  }

  async run(): Promise<void> {
    const { sources, filter, signal } = this.#host;
    for (const [source, tree] of sources.entries()) {
      for await (const batch of tree.walk(filter, signal)) {
        // The folders are closed by then, which is no problem of theirs.
        if (this.#host.isOver()) return;
        await this.#offer(source, tree, batch);
        await this.#host.room();
        if (this.#host.isOver()) return;
      }
    }
    this.#host.walked();
  }

  /** Offers a batch; waits where the receiver reads more slowly than the walk finds. */
  async #offer(source: number, tree: SourceTree, batch: readonly (Entry | Problem)[]): Promise<void> {
    const list = new JsonList();
    for (const item of batch) {
      if ("error" in item) {
        this.#host.problem(source, item);
        continue;
      }
      if (this.#nextId >= maxTransferEntries) {
        throw new SampanError("E_TOO_LARGE", "more entries than a transfer may have");
      }
      const entry: OfferedEntry = Object.assign({ id: this.#nextId++, source }, item);
      this.#host.offered(entry, tree);
      list.add(entry);
      if (!list.isFull) continue;
      await this.#send(list);
      if (this.#host.isOver()) return;
    }
    await this.#send(list);
  }

  async #send(list: JsonList): Promise<void> {
    const body = list.flush();
    if (body) this.#host.channel.send({ kind: "offer" }, body);
    await this.#host.channel.drained();
  }
}
