import type { Entry, OfferedEntry } from "../../wire/entry.js";
import { maxTransferEntries } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Problem, SourceTree } from "../ports.js";
import { JsonList } from "./json-list.js";

export interface OfferWalkHost {
  readonly channel: Channel;
  isOver(): boolean;
  /** An entry has got its id, and is about to be offered. */
  offered(entry: OfferedEntry, tree: SourceTree): void;
  problem(source: number, problem: Problem): void;
}

/** Turns what a walk finds into offers, ids counting up over all sources. */
export class OfferWalk {
  readonly #host: OfferWalkHost;
  #nextId = 0;

  constructor(host: OfferWalkHost) {
    this.#host = host;
  }

  /** Offers a batch; waits where the receiver reads more slowly than the walk finds. */
  async offer(source: number, tree: SourceTree, batch: readonly (Entry | Problem)[]): Promise<void> {
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
