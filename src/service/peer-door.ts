import type { PeerConnection } from "../session/peer-connection.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ConnectOptions } from "./api.js";
import { dialPeer } from "./dial-peer.js";
import { linkPlace, type ParsedLink } from "./link-text.js";
import { UdpRoute } from "./udp/udp-route.js";

const defaultConnectTimeoutMs = 10_000;
/** Connections that are kept for the next conversations: several commands at once come and go. */
const maxIdle = 8;

/** The way to a peer: connections are made as they are needed, and one that has come free is kept for the next. */
export class PeerDoor {
  readonly link: ParsedLink;
  /** Says which source a transfer is from, so that its next run finds what the first one left. */
  readonly sourceName: string;
  readonly #options: ConnectOptions;
  readonly #udp: UdpRoute | undefined;
  readonly #idle: PeerConnection[] = [];
  #closed = false;

  constructor(link: ParsedLink, options: ConnectOptions, sourceName = linkPlace(link)) {
    this.link = link;
    this.sourceName = sourceName;
    this.#options = options;
    if (options.udp) this.#udp = new UdpRoute((error) => options.onUdpFailed?.(error));
  }

  /** An idle connection if there is one, else a new one. Whoever takes it gives it back, or ends it. */
  async take(signal?: AbortSignal, timeoutMs = Number.MAX_SAFE_INTEGER): Promise<PeerConnection> {
    if (this.#closed) throw new SampanError("E_CONNECTION_LOST", `the peer ${linkPlace(this.link)} was closed here`);
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (!idle.closed) return idle;
    const most = this.#options.connectTimeoutMs ?? defaultConnectTimeoutMs;
    const { plain = false } = this.#options;
    return dialPeer(this.link, {
      plain,
      signal,
      timeoutMs: Math.max(1, Math.min(most, timeoutMs)),
      udp: this.#udp,
    });
  }

  /** Takes back a connection on which no conversation is open. */
  give(connection: PeerConnection): void {
    if (this.#closed || this.#idle.length >= maxIdle || connection.closed) connection.channel.end();
    else this.#idle.push(connection);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Resolves when what was said last is on its way, whatever becomes of this process. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.channel.end();
    await this.#udp?.settled();
  }
}
