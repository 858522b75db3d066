import { blockBytes, maxParts } from "../../wire/limits.js";
import { BufferPool } from "../buffer-pool.js";
import type { Channel } from "../channel.js";

/** Bodies that have arrived and are not written yet: above the first the connection is paused, below the second resumed. */
const pauseAboveBytes = 8 * blockBytes;
const resumeBelowBytes = 4 * blockBytes;

/** One connection's worth of receiving: what was asked on it, and how much waits to be written. */
export class ReceiveLane {
  readonly channel: Channel;
  /** Content bytes asked for on this connection that have not come. */
  outstandingBytes = 0;
  readonly #pool = new BufferPool(blockBytes, pauseAboveBytes / blockBytes + 2);
  #parts: number[][] = [];
  #unwrittenBytes = 0;
  #paused = false;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** Asks for blocks, together with other asks of this turn. */
  ask(id: number, first: number, count: number, bytes: number): void {
    this.outstandingBytes += bytes;
    this.#parts.push([id, first, count]);
    if (this.#parts.length >= maxParts) this.flush();
  }

  /** Asks for blocks that are here in some form, whose digests go along. */
  askUnlessSame(id: number, first: number, count: number, bytes: number, have: Uint8Array): void {
    this.flush();
    this.outstandingBytes += bytes;
    this.channel.send({ kind: "want", parts: [[id, first, count]] }, have);
  }

  flush(): void {
    if (this.#parts.length === 0) return;
    this.channel.send({ kind: "want", parts: this.#parts });
    this.#parts = [];
  }

  buffer(size: number): Uint8Array {
    return this.#pool.take(size).subarray(0, size);
  }

  /** A body has come and will be written. */
  begin(body: Uint8Array): void {
    this.#unwrittenBytes += body.length;
    if (!this.#paused && this.#unwrittenBytes > pauseAboveBytes) {
      this.#paused = true;
      this.channel.pause();
    }
  }

  /** It has been written, and its buffer is free. */
  end(body: Uint8Array): void {
    this.#unwrittenBytes -= body.length;
    this.#pool.give(body);
    if (this.#paused && this.#unwrittenBytes < resumeBelowBytes) {
      this.#paused = false;
      this.channel.resume();
    }
  }
}
