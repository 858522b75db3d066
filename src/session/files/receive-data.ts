import type { Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { WholeFile } from "../ports.js";
import type { ReceiveLane } from "./receive-lane.js";
import type { ReceiveLanes } from "./receive-lanes.js";
import type { ReceiveLarge } from "./receive-large.js";
import type { ReceiveSmall } from "./receive-small.js";
import type { ReceiveTally } from "./receive-tally.js";
import { type DataPart, parseData } from "./transfer-message.js";

export interface ReceiveDataHost {
  readonly lanes: ReceiveLanes;
  readonly small: ReceiveSmall;
  readonly large: ReceiveLarge;
  readonly tally: ReceiveTally;
  readonly dryRun: boolean;
  /** Something has moved on: the transfer may be over. */
  moved(): void;
  stop(error: SampanError): void;
}

/** Brings each part of what arrives to its file, and knows what is still being written. */
export class ReceiveData {
  readonly #host: ReceiveDataHost;
  readonly #writes = new Set<Promise<void>>();
  /** Small files being written, or messages whose parts are. */
  #busy = 0;

  constructor(host: ReceiveDataHost) {
    this.#host = host;
  }

  get isIdle(): boolean {
    return this.#busy === 0;
  }

  /** Fulfilled when nothing is being written. */
  async written(): Promise<void> {
    await Promise.allSettled(this.#writes);
  }

  /** A `data` message. Throws SampanError for one that is not allowed. */
  take(channel: Channel, message: Message): void {
    const { lanes, small, tally, dryRun } = this.#host;
    const lane = lanes.of(channel);
    if (!lane) throw new SampanError("E_PROTOCOL", "data on a connection that is not part of the transfer");
    const parts = parseData(message, dryRun);
    tally.receivedBytes += message.body.length;
    const whole: WholeFile[] = [];
    const writes: Promise<void>[] = [];
    try {
      for (const part of parts) this.#takePart(lane, part, whole, writes);
    } finally {
      // What was begun is waited for even if a later part is refused.
      if (whole.length > 0) writes.push(small.write(whole));
      lane.begin(message.body, parts.length);
      this.#afterWrites(writes, () => lane.end(message.body, parts.length));
    }
  }

  /** Puts files under their names that came without data. */
  write(files: readonly WholeFile[]): void {
    this.#afterWrites([this.#host.small.write(files)], () => {});
  }

  #takePart(lane: ReceiveLane, part: DataPart, whole: WholeFile[], writes: Promise<void>[]): void {
    const { small, large, tally } = this.#host;
    const file = large.file(part.id);
    if (file) {
      const write = large.accept(file, part, lane);
      if (write) writes.push(write);
    } else if (small.has(part.id)) {
      const one = small.accept(part, lane);
      if (one) whole.push(one);
    } else if (tally.gone.has(part.id)) lane.cameLate(part.length);
    else {
      throw new SampanError("E_PROTOCOL", `a block of file ${part.id} came, and nobody asked for it`);
    }
  }

  #afterWrites(writes: readonly Promise<void>[], after: () => void): void {
    if (writes.length === 0) return after();
    this.#busy++;
    for (const write of writes) this.#writes.add(write);
    Promise.all(writes)
      .catch((thrown) => this.#host.stop(toSampanError(thrown)))
      .finally(() => {
        this.#busy--;
        for (const write of writes) this.#writes.delete(write);
        after();
        this.#host.moved();
      });
  }
}
