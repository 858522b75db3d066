import { blockBytes, maxLanes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Clock } from "../ports.js";
import { ReceiveLane } from "./receive-lane.js";

/** What will be so long in coming on one connection is worth asking for again on another that has nothing to do … */
const slowMs = 5000;
/** … and is so much faster. */
const fasterFactor = 1.5;

/** Where asks come from. */
export interface AskSource {
  /** Asks on `lane` for some of what waits, `roomBytes` or a little more; false if nothing waits. */
  askOn(lane: ReceiveLane, roomBytes: number): boolean;
  /** Asks on `idle` for some of what was asked on `slow` and has not come; false if there is nothing of the kind. */
  askAgain(slow: ReceiveLane, idle: ReceiveLane): boolean;
}

/** The connections of a transfer at its receiver, and how the work is shared out among them. */
export class ReceiveLanes {
  readonly #clock: Clock;
  readonly #sources: readonly AskSource[];
  readonly #lanes: ReceiveLane[] = [];
  #goneBytes = 0;

  constructor(clock: Clock, sources: readonly AskSource[]) {
    this.#clock = clock;
    this.#sources = sources;
  }

  /** Bytes that have come over all connections. */
  get arrivedBytes(): number {
    let bytes = this.#goneBytes;
    for (const lane of this.#lanes) bytes += lane.arrivedBytes;
    return bytes;
  }

  add(channel: Channel): void {
    if (this.#lanes.length >= maxLanes) throw new SampanError("E_TOO_LARGE", `more than ${maxLanes} connections`);
    this.#lanes.push(new ReceiveLane(channel, this.#clock.nowMs(), this.#commonRate()));
  }

  of(channel: Channel): ReceiveLane | undefined {
    return this.#lanes.find((lane) => lane.channel === channel);
  }

  /** Takes out a connection other than the first; undefined if it is not there. */
  remove(channel: Channel): ReceiveLane | undefined {
    const at = this.#lanes.findIndex((lane) => lane.channel === channel);
    if (at <= 0) return undefined;
    const [gone] = this.#lanes.splice(at, 1) as [ReceiveLane];
    this.#goneBytes += gone.arrivedBytes;
    gone.leave();
    return gone;
  }

  /** The transfer is over: its connections are free for something else. */
  leave(): void {
    for (const lane of this.#lanes) lane.leave();
  }

  /** Asks for what may be asked, a little on each connection in turn. */
  share(): void {
    const nowMs = this.#clock.nowMs();
    for (let asked = true; asked; ) {
      asked = false;
      for (const lane of this.#lanes) {
        const roomBytes = lane.roomBytes(nowMs);
        if (roomBytes > 0 && this.#sources.some((source) => source.askOn(lane, roomBytes))) asked = true;
      }
    }
    if (this.#lanes.length > 1) for (const lane of this.#lanes) if (lane.isIdle) this.#helpOut(lane);
    for (const lane of this.#lanes) lane.flush();
  }

  /** At the end of a transfer the last blocks of a slow connection keep all others waiting. */
  #helpOut(idle: ReceiveLane): void {
    let slow = idle;
    for (const lane of this.#lanes) if (lane.leftMs > slow.leftMs) slow = lane;
    if (slow.leftMs < slowMs || slow.leftMs * (idle.rate ?? 0) < fasterFactor * blockBytes) return;
    this.#sources.some((source) => source.askAgain(slow, idle));
  }

  #commonRate(): number | undefined {
    let sum = 0;
    for (const { rate } of this.#lanes) {
      if (rate === undefined) return undefined;
      sum += rate;
    }
    return this.#lanes.length > 0 ? sum / this.#lanes.length : undefined;
  }
}
