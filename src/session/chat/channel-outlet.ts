import { maxMemberWaitingBytes } from "../../wire/limits.js";
import type { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import { type FanOut, type Sender, tooSlow } from "./fan-out.js";
import type { News, Outlet } from "./room.js";
import { encodeSaid, type Said } from "./said.js";

/** Handed to one connection at once; a larger message goes alone. */
const windowBytes = 64 * 1024;

/**
 * A connection seals a large message piece by piece, and keeps the memory that the largest piece took. With the pieces
 * of a file transfer (256 KiB) 500 members of a room cost a server 160 MiB more.
 */
const pieceBytes = 32 * 1024;

/** What each message costs in memory while it waits, beside bytes that it may share with others. */
const messageCostBytes = 64;

/** A member at the other end of a connection. */
export class ChannelOutlet implements Outlet, Sender {
  readonly #channel: Channel;
  readonly #fanOut: FanOut;
  readonly #client: string;
  readonly #onOver: (error: SampanError) => void;
  #waiting: Uint8Array[] = [];
  #next = 0;
  #waitingBytes = 0;
  #handedBytes = 0;
  #pumping = false;
  #closed = false;
  #whenLow: (() => void)[] = [];

  constructor(channel: Channel, fanOut: FanOut, client: string, onOver: (error: SampanError) => void) {
    this.#channel = channel;
    this.#fanOut = fanOut;
    this.#client = client;
    this.#onOver = onOver;
  }

  hear(news: News, everybody: () => Uint8Array): void {
    // Who types is of no interest to somebody who hears of it later.
    if (news.news === "typing" && this.#waitingBytes > 0) return;
    if (news.news === "said" && this.#isOwn(news.said)) this.say(news.said);
    else this.send(everybody());
  }

  over(error: SampanError): void {
    this.putOut(error);
  }

  /** A message to this member, with its number if it is their own. */
  say(said: Said): void {
    this.send(encodeSaid(said, this.#isOwn(said) ? said.id : undefined));
  }

  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length + messageCostBytes;
    this.pump();
    if (this.#waitingBytes > maxMemberWaitingBytes) this.putOut(tooSlow());
  }

  /** Resolves when hardly anything waits, or it is over. */
  async drained(): Promise<void> {
    while (this.#waitingBytes > windowBytes && !this.#closed) {
      await new Promise<void>((resolve) => this.#whenLow.push(resolve));
    }
  }

  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let bytes = this.#waiting[this.#next]; bytes && !this.#closed; bytes = this.#waiting[this.#next]) {
      if (this.#handedBytes > 0 && this.#handedBytes + bytes.length > windowBytes) break;
      if (!this.#fanOut.admit(this, bytes.length)) break;
      this.#handOver(bytes);
    }
    this.#pumping = false;
    if (this.#waitingBytes <= windowBytes) for (const resolve of this.#whenLow.splice(0)) resolve();
  }

  putOut(error: SampanError): void {
    if (this.#closed) return;
    this.close();
    this.#onOver(error);
  }

  /** Sends no more; what waits is dropped. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
    this.#fanOut.forget(this);
    for (const resolve of this.#whenLow.splice(0)) resolve();
  }

  #handOver(bytes: Uint8Array): void {
    this.#next++;
    if (this.#next > 64 && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    this.#waitingBytes -= bytes.length + messageCostBytes;
    this.#handedBytes += bytes.length;
    // All in one go, as nothing may come between the pieces of a message.
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      this.#channel.sendEncoded(piece, () => this.#taken(piece.length));
    }
  }

  #taken(bytes: number): void {
    this.#handedBytes -= bytes;
    if (this.#closed) return;
    this.#fanOut.taken(this, bytes);
    this.pump();
  }

  #isOwn({ client, id }: Said): boolean {
    return id !== undefined && client === this.#client;
  }
}
