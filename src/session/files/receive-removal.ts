import type { FilterRule } from "../../wire/filter.js";
import { maxPathLength, maxTransferEntries } from "../../wire/limits.js";
import type { Channel } from "../channel.js";
import type { Clock, TargetTree } from "../ports.js";
import { JsonList } from "./json-list.js";
import type { ReceiveTally } from "./receive-tally.js";

/** Removals before other work gets a turn. */
const removalsPerTurn = 256;

export interface ReceiveRemovalHost {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly target: TargetTree;
  readonly tally: ReceiveTally;
  readonly places: readonly string[];
  /** Where everything offered lies. */
  readonly keep: ReadonlySet<string>;
  readonly filter: readonly FilterRule[];
  readonly dryRun: boolean;
  readonly tellRemoved?: boolean | undefined;
  isRunning(): boolean;
}

/** Removes what was not offered, once all that was is settled; tells the user of it, and a sender that asked. */
export class ReceiveRemoval {
  readonly #host: ReceiveRemovalHost;
  readonly #list = new JsonList();
  /** In a dry run what is removed from one place is still there for the place around it. */
  readonly #seen = new Set<string>();
  #told = 0;

  constructor(host: ReceiveRemovalHost) {
    this.#host = host;
  }

  async run(): Promise<void> {
    const { places, tally } = this.#host;
    // The sender takes what is removed only when it knows of all files what became of them.
    tally.settled.flush();
    for (const [source, place] of places.entries()) {
      if (places.indexOf(place) === source && this.#host.isRunning()) await this.#removeFrom(source, place);
    }
  }

  async #removeFrom(source: number, place: string): Promise<void> {
    const { target, keep, filter, dryRun } = this.#host;
    const below = place === "" ? 0 : place.length + 1;
    let inTurn = 0;
    try {
      for (const path of target.removeOthers(place, keep, filter, dryRun)) {
        this.#removed(path, below);
        if (++inTurn < removalsPerTurn && !this.#list.isFull) continue;
        inTurn = 0;
        this.#tell(source);
        await this.#turn();
        if (!this.#host.isRunning()) return;
      }
    } finally {
      this.#tell(source);
    }
  }

  #removed(path: string, below: number): void {
    const { tally, dryRun, places, tellRemoved } = this.#host;
    if (dryRun && places.length > 1) {
      if (this.#seen.has(path)) return;
      this.#seen.add(path);
    }
    tally.removed(path);
    if (tellRemoved && this.#told++ < maxTransferEntries) this.#list.add(path.slice(below, below + maxPathLength));
  }

  /** Lets others have their turn, and a slow sender read what it was told. */
  async #turn(): Promise<void> {
    const { clock, channel } = this.#host;
    await new Promise<void>((resolve) => void clock.after(0, resolve));
    await channel.drained();
  }

  #tell(source: number): void {
    const body = this.#list.flush();
    if (body) this.#host.channel.send({ kind: "removed", source }, body);
  }
}
