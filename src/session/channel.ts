import { maxJsonBodyBytes, maxUnsentBytes, waitAboveUnsentBytes } from "../wire/limits.js";
import type { Header, Message } from "../wire/message.js";
import { encodeMessage, MessageDecoder } from "../wire/message.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { errorHeader } from "./error-message.js";
import type { Clock, Link, Timer } from "./ports.js";

/** An end that has sent nothing for so long in an open conversation says `ping`. */
const pingEveryMs = 2000;
/** The peer has sent nothing for so long: worth telling the user. */
const stallAfterMs = 4000;
/** A peer that pings and has sent nothing for so long is gone. */
const silentAfterMs = 8000;
/** A peer that never pings (a small foreign client) is gone when nothing moved either way for so long. */
const idleAfterMs = 60_000;
const tickMs = 1000;

/** What a message costs in memory while it waits, beside its own bytes. */
const messageCostBytes = 512;

/** Below this a copy costs less than a read of its own. */
const leastRoomBytes = 4096;

const emptyBytes = new Uint8Array(0);

export interface ChannelEvents {
  /** A message other than `ping`. */
  onMessage: (message: Message) => void;
  /**
   * The channel is over; E_CONNECTION_LOST when the peer closed without an error. Called once, whichever end closed it:
   * after `end` and `fail` when the link is closed.
   */
  onClose: (error: SampanError) => void;
  /** Nothing has come for a while; called each second while it lasts. */
  onStall: (silentMs: number) => void;
  /** A message other than `data` declares a body; throws to refuse it. May give the buffer, of exactly `size` bytes. */
  admitBody: (header: Header, size: number) => Uint8Array | undefined | void;
  /** The buffer for the body of a `data` message; throws to refuse it. */
  allocateData: (header: Header, size: number) => Uint8Array;
}

/** Messages over a link, with a heartbeat while a conversation is open. */
export class Channel {
  events: ChannelEvents;
  /** Whether the peer's hello promised pings. */
  peerPings = true;
  /** Bytes that have come, in whole messages or not. */
  receivedBytes = 0;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #decoder: MessageDecoder;
  #lastReceivedMs: number;
  #lastSentMs: number;
  #lastDrainedMs: number;
  #lastTickMs = 0;
  #paused = false;
  #tick: Timer | undefined;
  #closed: SampanError | undefined;
  #closeTold = false;
  #unsentBytes = 0;
  #waiting: (() => void)[] = [];

  constructor(link: Link, clock: Clock, events: ChannelEvents) {
    this.#link = link;
    this.#clock = clock;
    this.events = events;
    this.#lastReceivedMs = this.#lastSentMs = this.#lastDrainedMs = clock.nowMs();
    this.#decoder = new MessageDecoder({ allocate: (header, size) => this.#allocate(header, size) });
    link.onBytes = (chunk) => this.#take(chunk);
    link.roomForBytes = () => this.#decoder.room(leastRoomBytes);
    link.onRoomFilled = (count) => this.#takeInPlace(count);
    link.onClose = (error) =>
      this.#close(error ?? new SampanError("E_CONNECTION_LOST", "the peer closed the connection"));
  }

  get closed(): SampanError | undefined {
    return this.#closed;
  }

  /** Content bytes that wait in this process for the network. */
  get queuedBytes(): number {
    return this.#link.queuedBytes;
  }

  send(header: Header, body: Uint8Array = emptyBytes): void {
    if (this.#closed) return;
    this.#lastSentMs = this.#clock.nowMs();
    const bytes = encodeMessage(header, body);
    const cost = bytes.length + messageCostBytes;
    this.#unsentBytes += cost;
    this.#link.send(bytes, () => this.#taken(cost));
    if (this.#unsentBytes <= maxUnsentBytes) return;
    this.destroy(new SampanError("E_TOO_LARGE", "the other end asks, and does not read what it is answered"));
  }

  /** Resolves when the peer has taken so much of what was sent that more may follow, or the channel is over. */
  async drained(): Promise<void> {
    while (this.#unsentBytes > waitAboveUnsentBytes && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #taken(bytes: number): void {
    this.#unsentBytes -= bytes;
    if (this.#unsentBytes <= waitAboveUnsentBytes) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Sends an encoded message from a buffer that the caller gets back by `sent`. */
  sendEncoded(bytes: Uint8Array, sent: () => void): void {
    if (this.#closed) {
      sent();
      return;
    }
    this.#lastSentMs = this.#clock.nowMs();
    this.#link.send(bytes, () => {
      this.#lastDrainedMs = this.#clock.nowMs();
      sent();
    });
  }

  pause(): void {
    this.#paused = true;
    this.#link.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#link.resume();
    this.#lastReceivedMs = this.#clock.nowMs();
  }

  /** Starts the heartbeat: pings from here, and a close with E_SILENT when the peer is gone. */
  watch(): void {
    if (this.#tick || this.#closed) return;
    this.#lastTickMs = this.#lastReceivedMs = this.#lastDrainedMs = this.#clock.nowMs();
    this.#scheduleTick();
  }

  unwatch(): void {
    this.#tick?.cancel();
    this.#tick = undefined;
  }

  /** Tells the peer of an error that ends the connection, and closes once it has had time to read it. */
  fail(error: SampanError): void {
    if (this.#closed) return;
    this.send(errorHeader(error));
    this.#finish(error);
    this.#link.end();
  }

  /** Closes in good order. */
  end(): void {
    if (this.#closed) return;
    this.#finish(new SampanError("E_CONNECTION_LOST", "the connection was closed at this end"));
    this.#link.end();
  }

  destroy(error: SampanError): void {
    this.#close(error);
    this.#link.destroy();
  }

  #allocate(header: Header, size: number): Uint8Array {
    if (header.kind === "data") return this.events.allocateData(header, size);
    if (size > maxJsonBodyBytes) {
      throw new SampanError("E_TOO_LARGE", `a body of ${size} bytes; the most for this kind is ${maxJsonBodyBytes}`);
    }
    return this.events.admitBody(header, size) ?? new Uint8Array(size);
  }

  readonly #onMessage = (message: Message): void => {
    if (!this.#closed && message.header.kind !== "ping") this.events.onMessage(message);
  };

  #take(chunk: Uint8Array): void {
    this.#heard(chunk.length);
    if (this.#closed) return;
    try {
      this.#decoder.push(chunk, this.#onMessage);
    } catch (thrown) {
      this.#refuse(thrown);
    }
  }

  #takeInPlace(count: number): void {
    this.#heard(count);
    if (this.#closed) return;
    try {
      this.#decoder.filled(count, this.#onMessage);
    } catch (thrown) {
      this.#refuse(thrown);
    }
  }

  #heard(bytes: number): void {
    this.receivedBytes += bytes;
    this.#lastReceivedMs = this.#clock.nowMs();
  }

  #refuse(thrown: unknown): void {
    const error = toSampanError(thrown);
    this.send(errorHeader(error));
    this.#link.end();
    this.#close(error);
  }

  #scheduleTick(): void {
    this.#tick = this.#clock.after(tickMs, () => {
      this.#scheduleTick();
      this.#beat();
    });
  }

  #beat(): void {
    const now = this.#clock.nowMs();
    // This process itself was stopped or asleep: what the peer sent meanwhile has yet to be read.
    // And what is not read cannot be heard: a slow disk here is no silence there.
    if (this.#paused || now - this.#lastTickMs > 3 * tickMs) this.#lastReceivedMs = this.#lastDrainedMs = now;
    this.#lastTickMs = now;
    if (now - this.#lastSentMs >= pingEveryMs) this.send({ kind: "ping" });
    const silentMs = now - this.#lastReceivedMs;
    const limitMs = this.peerPings ? silentAfterMs : idleAfterMs;
    const movedMs = this.peerPings ? silentMs : Math.min(silentMs, now - this.#lastDrainedMs);
    if (movedMs >= limitMs) {
      const seconds = Math.round(movedMs / 1000);
      this.destroy(new SampanError("E_SILENT", `the other end has not answered for ${seconds} s`));
    } else if (this.peerPings && silentMs >= stallAfterMs) this.events.onStall(silentMs);
  }

  #finish(error: SampanError): void {
    this.#closed = error;
    this.unwatch();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #close(error: SampanError): void {
    if (!this.#closed) this.#finish(error);
    if (this.#closeTold) return;
    this.#closeTold = true;
    this.events.onClose(this.#closed ?? error);
  }
}
