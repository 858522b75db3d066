import net, { type AddressInfo, type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { connectionError, pathListenSentences } from "../socket-error.js";
import { removeStaleSocket } from "../stale-socket.js";
import { formatAddress, formatHostPort, type RawAddress } from "./address.js";
import type { RawConnection, RawEndpoint, RawEvents } from "./connection.js";
import { followClosed } from "./followed-events.js";
import { rawListenError } from "./raw-error.js";
import { StreamConnection } from "./stream-connection.js";

export interface StreamListenOptions {
  /** PEM; needed for `tls://`. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Handshakes under way count, too. */
  readonly maxConnections: number;
}

/** A client has so long for its TLS handshake. */
const handshakeTimeoutMs = 10_000;

/** Listens for TCP, TLS or Unix connections. E_LISTEN if the address cannot be had. */
export async function listenStreams(
  address: RawAddress,
  events: RawEvents,
  options: StreamListenOptions,
): Promise<RawEndpoint> {
  const listener = new StreamListener(address, events, options);
  await listener.start();
  return listener;
}

class StreamListener implements RawEndpoint {
  readonly connections = new Map<number, RawConnection>();
  #address: RawAddress;
  readonly #events: RawEvents;
  readonly #maxConnections: number;
  readonly #server: net.Server;
  readonly #sockets = new Set<Socket>();
  #closed: Promise<void> | undefined;
  #emptied: () => void = () => {};
  #lastId = 0;

  constructor(address: RawAddress, events: RawEvents, options: StreamListenOptions) {
    this.#address = address;
    this.#maxConnections = options.maxConnections;
    this.#events = followClosed(events, ({ id }) => {
      this.connections.delete(id);
      // Once `closed` has been told.
      if (this.connections.size === 0) process.nextTick(() => this.#emptied());
    });
    this.#server = address.scheme === "tls" ? this.#tlsServer(options) : net.createServer({ allowHalfOpen: true });
    this.#server.on("connection", (socket) => this.#accept(socket));
  }

  get address(): string {
    return formatAddress(this.#address);
  }

  get port(): number {
    return this.#address.scheme === "unix" ? 0 : this.#address.port;
  }

  async start(): Promise<void> {
    const address = this.#address;
    if (address.scheme === "unix") await removeStaleSocket(address.path);
    await new Promise<void>((resolve, reject) => {
      const sentences = address.scheme === "unix" ? pathListenSentences : undefined;
      this.#server.once("error", (error) => reject(rawListenError(error, formatAddress(address), sentences)));
      this.#server.listen({ backlog: 511, ...whereOf(address) }, resolve);
    });
    if (address.scheme !== "unix") this.#address = { ...address, port: (this.#server.address() as AddressInfo).port };
  }

  stopListening(): void {
    this.#closed ??= new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async close(): Promise<void> {
    this.stopListening();
    const emptied = new Promise<void>((resolve) => {
      if (this.connections.size === 0) resolve();
      else this.#emptied = resolve;
    });
    for (const connection of this.connections.values()) connection.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([this.#closed, emptied]);
  }

  #tlsServer({ certificate }: StreamListenOptions): tls.Server {
    if (!certificate) throw new SampanError("E_USAGE", "to listen with TLS needs a certificate and its key");
    const server = tls.createServer({
      cert: certificate.cert,
      key: certificate.key,
      minVersion: "TLSv1.2",
      allowHalfOpen: true,
      handshakeTimeout: handshakeTimeoutMs,
    });
    server.on("secureConnection", (socket) => this.#open(socket));
    server.on("tlsClientError", (error, socket) => {
      this.#events.refused?.(this.#nameOf(socket), connectionError(error));
      socket.destroy();
    });
    return server;
  }

  #accept(socket: Socket): void {
    if (this.#sockets.size >= this.#maxConnections) {
      const message = `turned away: ${this.#maxConnections} connections are open, which is the most`;
      this.#events.refused?.(this.#nameOf(socket), new SampanError("E_BUSY", message));
      socket.on("error", () => {});
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.#address.scheme !== "tls") this.#open(socket);
  }

  #open(socket: Socket | TLSSocket): void {
    const connection = new StreamConnection(++this.#lastId, this.#nameOf(socket), socket, this.#events);
    this.connections.set(connection.id, connection);
    connection.open(true);
  }

  #nameOf(socket: Socket): string {
    if (this.#address.scheme === "unix") return printable(this.#address.path);
    return formatHostPort(socket.remoteAddress ?? "?", socket.remotePort ?? 0);
  }
}

function whereOf(address: RawAddress): net.ListenOptions {
  if (address.scheme === "unix") return { path: address.path };
  return address.host === "*" ? { port: address.port } : { host: address.host, port: address.port };
}
