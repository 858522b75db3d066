import type { Header, Message } from "../wire/message.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { Channel } from "./channel.js";
import { errorOf } from "./error-message.js";
import { helloHeader, parseWelcome, type Welcome } from "./hello.js";
import type { Cancellation, Clock, DigestAlgorithm, Link, Timer } from "./ports.js";

/** What takes the messages of a running conversation on the client's side. */
export interface ConversationEnd {
  onMessage(message: Message): void;
  onClose(error: SampanError): void;
  onStall?(silentMs: number): void;
  /** The buffer for a body, of exactly `size` bytes; undefined for a fresh one. */
  allocate?(header: Header, size: number): Uint8Array | undefined;
}

export interface PeerConnectionOptions {
  readonly clock: Clock;
  readonly agent: string;
  readonly token: string;
  readonly digests: readonly DigestAlgorithm[];
  readonly helloTimeoutMs: number;
}

/** The client's side of a connection: hello, then one conversation at a time. */
export class PeerConnection {
  readonly channel: Channel;
  readonly welcome: Welcome;
  /** The shortest that is known: of the connection, or of the answer to the hello. */
  readonly roundTripMs: number;
  #conversation: ConversationEnd | undefined;

  private constructor(channel: Channel, welcome: Welcome, roundTripMs: number) {
    this.channel = channel;
    this.welcome = welcome;
    this.roundTripMs = roundTripMs;
    channel.peerPings = welcome.pings;
    channel.events = {
      ...channel.events,
      admitBody: (header, size) => {
        if (!this.#conversation) throw new SampanError("E_PROTOCOL", "the server spoke without being asked");
        return this.#conversation.allocate?.(header, size);
      },
      onMessage: (message) => this.#take(message),
      onClose: (error) => this.#closed(error),
      onStall: (silentMs) => this.#conversation?.onStall?.(silentMs),
    };
  }

  /** Says hello on a fresh link. E_TOKEN, E_VERSION, E_PROTOCOL, E_TIMED_OUT, E_CONNECTION_LOST. */
  static open(link: Link, options: PeerConnectionOptions): Promise<PeerConnection> {
    return new Promise((resolve, reject) => {
      const startedMs = options.clock.nowMs();
      // oxlint-disable-next-line prefer-const -- the channel comes first, and its events stop the clock
      let deadline: Timer | undefined;
      const channel = new Channel(link, options.clock, {
        onMessage: ({ header }) => {
          deadline?.cancel();
          try {
            if (header.kind === "error") throw errorOf(header);
            const welcome = parseWelcome(header, options.digests);
            resolve(
              new PeerConnection(
                channel,
                welcome,
                Math.min(link.roundTripMs ?? Number.POSITIVE_INFINITY, options.clock.nowMs() - startedMs),
              ),
            );
          } catch (thrown) {
            channel.end();
            reject(thrown);
          }
        },
        onClose: (error) => {
          deadline?.cancel();
          reject(error);
        },
        onStall: () => {},
        admitBody: ({ kind }) => {
          throw new SampanError("E_PROTOCOL", `"${kind.slice(0, 40)}" does not carry a body`);
        },
        allocateData: () => {
          throw new SampanError("E_PROTOCOL", "data outside of a transfer");
        },
      });
      deadline = options.clock.after(options.helloTimeoutMs, () => {
        const seconds = Math.round(options.helloTimeoutMs / 1000);
        const error = new SampanError("E_SILENT", `the other end has not answered for ${seconds} s`);
        channel.destroy(error);
      });
      channel.send(helloHeader(options.agent, options.token, options.digests));
    });
  }

  get closed(): SampanError | undefined {
    return this.channel.closed;
  }

  get isBusy(): boolean {
    return this.#conversation !== undefined;
  }

  /** Begins a conversation; `leave` says that it is over. */
  enter(end: ConversationEnd): void {
    if (this.#conversation) throw new SampanError("E_BUG", "two conversations at once on a connection");
    if (this.closed) throw this.closed;
    this.#conversation = end;
    this.channel.watch();
  }

  leave(): void {
    this.#conversation = undefined;
    this.channel.unwatch();
  }

  /** Sends a request and gives each message of the answer to `onMessage`; resolves to the `end`. */
  call(request: Header, onMessage: (message: Message) => void, signal?: Cancellation): Promise<Header> {
    return new Promise<Header>((resolve, reject) => {
      const abort = () => this.channel.destroy(new SampanError("E_INTERRUPTED", "interrupted"));
      const finish = (settle: () => void) => {
        signal?.removeEventListener("abort", abort);
        this.leave();
        settle();
      };
      this.enter({
        onClose: (error) => finish(() => reject(error)),
        onMessage: (message) => {
          const { header } = message;
          if (header.kind === "error") return finish(() => reject(errorOf(header)));
          if (header.kind === "end") return finish(() => resolve(header));
          try {
            onMessage(message);
          } catch (thrown) {
            this.channel.destroy(toSampanError(thrown));
          }
        },
      });
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted) return abort();
      this.channel.send(request);
    });
  }

  #take(message: Message): void {
    const conversation = this.#conversation;
    try {
      if (!conversation) {
        if (message.header.kind === "error") throw errorOf(message.header);
        throw new SampanError("E_PROTOCOL", "the server spoke without being asked");
      }
      conversation.onMessage(message);
    } catch (thrown) {
      this.channel.destroy(toSampanError(thrown));
    }
  }

  #closed(error: SampanError): void {
    this.#conversation?.onClose(error);
  }
}
