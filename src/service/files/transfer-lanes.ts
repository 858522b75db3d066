import type { Channel } from "../../session/channel.js";
import { LaneCount } from "../../session/files/lane-count.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { systemClock } from "../../transport/system-clock.js";
import { maxLanes } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";

const sampleEveryMs = 100;

/** The half of a transfer to which further connections can be given. */
export interface LaneUser {
  /** Bytes that have come to the receiver over all connections. */
  readonly arrivedBytes: number;
  addLane(channel: Channel): void;
  removeLane(channel: Channel): void;
  take(channel: Channel, message: Message): void;
}

export interface TransferLanesOptions {
  readonly half: LaneUser;
  /** Of the first connection. */
  readonly roundTripMs: number;
  /** Exactly so many connections; undefined: as many as the path repays. */
  readonly jobs: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** Dials another connection. */
  connect(): Promise<PeerConnection>;
  /** So many connections carry the transfer now. */
  changed(count: number): void;
}

/** The connections of one attempt beside its first. One that fails is done without. */
export class TransferLanes {
  readonly #options: TransferLanesOptions;
  readonly #count: LaneCount;
  /** Connections that have joined, in the order in which they did. */
  readonly #open: PeerConnection[] = [];
  /** Those that have asked to join. */
  readonly #joining = new Set<PeerConnection>();
  /** Those that are being made, or are to join. */
  #coming = 0;
  #wanted = 1;
  #toldCount = 1;
  #transfer = "";
  #roundTripMs: number;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: TransferLanesOptions) {
    this.#options = options;
    this.#roundTripMs = options.roundTripMs;
    this.#count = new LaneCount({ most: maxLanes, bytesPerSecond: options.bytesPerSecond });
  }

  /** The other end is ready, and calls the transfer so. `roundTripMs`: how long it took to say that. */
  begin(transfer: string, roundTripMs: number): void {
    this.#transfer = transfer;
    this.#sawRoundTrip(roundTripMs);
    const { jobs } = this.#options;
    if (jobs !== undefined) this.#want(Math.min(maxLanes, jobs));
    this.#timer = setInterval(() => {
      if (jobs === undefined) this.#sample();
      this.#tell();
    }, sampleEveryMs);
    this.#timer.unref();
  }

  /** The transfer is over, or its first connection lost. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const lane of [...this.#joining, ...this.#open]) lane.channel.destroy(over());
  }

  #sample(): void {
    const wanted = this.#count.observe({
      nowMs: systemClock.nowMs(),
      bytes: this.#options.half.arrivedBytes,
      lanes: 1 + this.#open.length,
      roundTripMs: this.#roundTripMs,
    });
    if (wanted !== this.#wanted) this.#want(wanted);
  }

  /** Not as each one comes: they come by the dozen. */
  #tell(): void {
    const count = 1 + this.#open.length;
    if (count !== this.#toldCount) this.#options.changed(count);
    this.#toldCount = count;
  }

  #sawRoundTrip(ms: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, ms);
  }

  #want(wanted: number): void {
    this.#wanted = wanted;
    for (let count = 1 + this.#open.length + this.#coming; count < wanted; count++) void this.#join();
    for (const lane of this.#open.slice(wanted - 1)) {
      lane.channel.destroy(over());
      this.#left(lane);
    }
  }

  async #join(): Promise<void> {
    this.#coming++;
    try {
      this.#ask(await this.#options.connect());
    } catch {
      this.#coming--;
    }
  }

  /** Throws where the connection is over already: a server that is closing says so right behind its welcome. */
  #ask(lane: PeerConnection): void {
    const { half } = this.#options;
    const { channel } = lane;
    if (this.#closed) return channel.destroy(over());
    lane.enter({
      onMessage: (message) => {
        const { kind } = message.header;
        if (kind === "ready") this.#joined(lane);
        else if (kind === "end") channel.end();
        else if (kind === "error") {
          channel.end();
          this.#left(lane);
        } else half.take(channel, message);
      },
      onClose: () => this.#left(lane),
    });
    this.#joining.add(lane);
    this.#sawRoundTrip(lane.roundTripMs);
    channel.send({ kind: "lane", transfer: this.#transfer });
  }

  #joined(lane: PeerConnection): void {
    if (!this.#joining.delete(lane)) throw new SampanError("E_PROTOCOL", "the server was ready twice");
    this.#coming--;
    this.#options.half.addLane(lane.channel);
    this.#open.push(lane);
  }

  #left(lane: PeerConnection): void {
    if (this.#joining.delete(lane)) this.#coming--;
    const at = this.#open.indexOf(lane);
    if (at < 0) return;
    this.#open.splice(at, 1);
    this.#options.half.removeLane(lane.channel);
  }
}

function over(): SampanError {
  return new SampanError("E_CONNECTION_LOST", "this connection is not needed any more");
}
