import type { Entry, OfferedEntry } from "../../wire/entry.js";
import { maxTransferEntries } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { Channel } from "../channel.js";
import type { Problem, SourceTree } from "../ports.js";

const offerEntries = 512;
const offerBytes = 256 * 1024;

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
    const list = new EntryList();
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

  async #send(list: EntryList): Promise<void> {
    const body = list.flush();
    if (body) this.#host.channel.send({ kind: "offer" }, body);
    await this.#host.channel.drained();
  }
}

/** Entries gathered into the JSON body of one offer. */
class EntryList {
  #texts: string[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#texts.length >= offerEntries || this.#length >= offerBytes;
  }

  add(entry: OfferedEntry): void {
    const text = JSON.stringify(entry);
    this.#texts.push(text);
    this.#length += text.length;
  }

  flush(): Uint8Array | undefined {
    if (this.#texts.length === 0) return undefined;
    const body = encodeUtf8(`[${this.#texts.join(",")}]`);
    this.#texts = [];
    this.#length = 0;
    return body;
  }
}
