import { blockBytes, maxBodyBytes, maxParts } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { BufferPool } from "../buffer-pool.js";
import type { Channel, ChannelEvents } from "../channel.js";
import { LaneWindow } from "./lane-window.js";

/** Bodies that have arrived and are not written yet: above the first the connection is paused, below the second resumed. */
const pauseAboveBytes = 8 * blockBytes;
const resumeBelowBytes = 4 * blockBytes;
/** What a part that waits takes in memory, content or not; with files of a few bytes that is most of it. */
const partCostBytes = 4096;

/** One connection's worth of receiving: what was asked on it, and how much waits to be written. */
export class ReceiveLane {
  readonly channel: Channel;
  /** Content bytes asked for on this connection that have not come. */
  outstandingBytes = 0;
  /** What was asked again elsewhere and still comes here, before anything that is asked now. */
  #lateBytes = 0;
  readonly #pool = new BufferPool(blockBytes, pauseAboveBytes / blockBytes + 2);
  readonly #window: LaneWindow;
  /** What had come on the connection when it joined, and when the last message was whole. */
  readonly #joinedBytes: number;
  #wholeBytes: number;
  /** Content that came in a word ("zero", "same"): the connection brings that, too. */
  #wordBytes = 0;
  #parts: number[][] = [];
  #unwrittenBytes = 0;
  #paused = false;
  /** What the connection says to bodies of `data` outside of a transfer. */
  readonly #allocateOutside: ChannelEvents["allocateData"];

  /** `likelyRate`: what such a connection will bring, in bytes a millisecond, if that can be known. */
  constructor(channel: Channel, nowMs: number, likelyRate?: number) {
    this.channel = channel;
    this.#joinedBytes = this.#wholeBytes = channel.receivedBytes;
    this.#window = new LaneWindow(nowMs, likelyRate);
    this.#allocateOutside = channel.events.allocateData;
    channel.events.allocateData = (_header, size) => this.#allocate(size);
  }

  /** The connection carries nothing of this transfer any more, but for what is on its way. */
  leave(): void {
    let comingBytes = this.outstandingBytes + this.#lateBytes;
    // Not by way of this lane, whose pool would stay as long as the connection.
    const outside = this.#allocateOutside;
    this.channel.events.allocateData = outside;
    if (comingBytes <= 0) return;
    this.channel.events.allocateData = (header, size) => {
      if (size === 0 || size > comingBytes) return outside(header, size);
      comingBytes -= size;
      return new Uint8Array(size);
    };
  }

  /** Bytes that have come since it joined. */
  get arrivedBytes(): number {
    return this.channel.receivedBytes - this.#joinedBytes;
  }

  /** Bytes a millisecond, once that is known. */
  get rate(): number | undefined {
    return this.#window.rate;
  }

  /** What may be asked for now; something, where nothing is outstanding. */
  roomBytes(nowMs: number): number {
    const broughtBytes = this.arrivedBytes + this.#wordBytes;
    const room = this.#window.bytes(nowMs, broughtBytes) - this.outstandingBytes - this.#lateBytes;
    return this.isIdle ? Math.max(1, room) : room;
  }

  cameInAWord(bytes: number): void {
    this.#wordBytes += bytes;
  }

  get isIdle(): boolean {
    return this.outstandingBytes === 0 && this.#lateBytes === 0;
  }

  /** Bytes asked here are counted on from another connection; they come all the same. */
  becomeLate(bytes: number): void {
    this.outstandingBytes -= bytes;
    this.#lateBytes += bytes;
  }

  /** Something has come that was not counted on any more. */
  cameLate(bytes: number): void {
    this.#lateBytes = Math.max(0, this.#lateBytes - bytes);
  }

  /** How long it will take to bring what was asked; 0 where nobody can say. */
  get leftMs(): number {
    const { rate } = this;
    const comingBytes = this.channel.receivedBytes - this.#wholeBytes;
    return rate === undefined ? 0 : Math.max(0, this.outstandingBytes - comingBytes) / Math.max(rate, 1e-3);
  }

  /** Asks for blocks, together with other asks of this turn. */
  ask(id: number, first: number, count: number, bytes: number): void {
    this.outstandingBytes += bytes;
    this.#parts.push([id, first, count]);
    if (this.#parts.length >= maxParts) this.flush();
  }

  /** Asks for blocks that are here in some form, whose digests go along; with `look` only for whether they differ. */
  askUnlessSame(id: number, first: number, count: number, bytes: number, have: Uint8Array, look: boolean): void {
    this.flush();
    this.outstandingBytes += bytes;
    this.channel.send({ kind: "want", parts: [[id, first, count]], ...(look ? { look } : {}) }, have);
  }

  flush(): void {
    if (this.#parts.length === 0) return;
    this.channel.send({ kind: "want", parts: this.#parts });
    this.#parts = [];
  }

  #allocate(size: number): Uint8Array {
    if (size > maxBodyBytes) throw new SampanError("E_TOO_LARGE", `a body of ${size} bytes`);
    return size <= blockBytes ? this.#pool.take(size).subarray(0, size) : new Uint8Array(size);
  }

  /** A body of so many parts has come and will be written. */
  begin(body: Uint8Array, parts: number): void {
    this.#wholeBytes = this.channel.receivedBytes;
    this.#unwrittenBytes += Math.max(body.length, parts * partCostBytes);
    if (!this.#paused && this.#unwrittenBytes > pauseAboveBytes) {
      this.#paused = true;
      this.channel.pause();
    }
  }

  /** It has been written, and its buffer is free. */
  end(body: Uint8Array, parts: number): void {
    this.#unwrittenBytes -= Math.max(body.length, parts * partCostBytes);
    this.#pool.give(body);
    if (this.#paused && this.#unwrittenBytes < resumeBelowBytes) {
      this.#paused = false;
      this.channel.resume();
    }
  }
}
