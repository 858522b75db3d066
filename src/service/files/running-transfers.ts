import { randomBytes } from "node:crypto";
import type { Channel } from "../../session/channel.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";

/** The half of a transfer that this server has, sending or receiving. */
export interface TransferHalf {
  readonly done: Promise<unknown>;
  addLane(channel: Channel): void;
  removeLane(channel: Channel): void;
  take(channel: Channel, message: Message): void;
  stop(error: SampanError): void;
}

interface Running {
  readonly half: TransferHalf;
  readonly holder: string;
  readonly name: string;
}

/** Transfers in flight: found again by further connections, and by a client that comes back after a loss. */
export class RunningTransfers {
  readonly #byId = new Map<string, Running>();
  /** By holder and name, the newest of the runs that wait for an earlier one to let go. */
  readonly #next = new Map<string, object>();

  /** Registers a transfer and returns the id by which its holder's other connections join it. */
  add(half: TransferHalf, holder: string, name: string): string {
    const id = randomBytes(16).toString("hex");
    this.#byId.set(id, { half, holder, name });
    const remove = () => this.#byId.delete(id);
    half.done.then(remove, remove);
    return id;
  }

  join(id: string, holder: string): TransferHalf {
    const running = this.#byId.get(id);
    if (running?.holder !== holder) throw new SampanError("E_NOT_FOUND", "there is no such transfer, or it is over");
    return running.half;
  }

  /**
   * Ends an earlier run of the same named transfer, whose connection is lost without this end having noticed; then calls
   * `begin`, and registers what it gives. E_BUSY when the same was started once more meanwhile: no two may begin, as
   * each would find the files held by the other.
   */
  async takeOver<Half extends TransferHalf>(
    holder: string,
    name: string,
    begin: () => Half,
  ): Promise<{ half: Half; id: string }> {
    const key = `${holder} ${name}`;
    const self = {};
    if (name !== "") {
      this.#next.set(key, self);
      for (const { half } of this.#runsOf(holder, name)) {
        // If its client still hears this, it is not the one that has come back.
        half.stop(takenOver());
        await half.done.catch(() => {});
        if (this.#next.get(key) !== self) throw takenOver();
      }
      this.#next.delete(key);
    }
    const half = begin();
    return { half, id: this.add(half, holder, name) };
  }

  #runsOf(holder: string, name: string): Running[] {
    return [...this.#byId.values()].filter((running) => running.holder === holder && running.name === name);
  }
}

function takenOver(): SampanError {
  return new SampanError("E_BUSY", "the same command was started again, and has taken over from here");
}
