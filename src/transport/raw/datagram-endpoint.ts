import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import { SampanError } from "../../wire/sampan-error.js";
import { formatAddress, formatHostPort, type InternetAddress } from "./address.js";
import type { RawConnection, RawEndpoint, RawEvents } from "./connection.js";
import { type DatagramCarrier, DatagramConnection } from "./datagram-connection.js";
import { type DatagramFamily, type DatagramOptions, setUpDatagrams } from "./datagram-options.js";
import { followClosed } from "./followed-events.js";
import { datagramError, rawListenError } from "./raw-error.js";

const defaultIdleMs = 120_000;

/** A datagram that fails for an earlier one is given to the system so often: those beside it may fail it again. */
const sendAttempts = 8;

export interface DatagramEndpointOptions extends DatagramOptions {
  /** Addresses remembered at once. */
  readonly maxConnections: number;
}

/** A UDP socket; each address that sends to it is a connection until it has been silent for a while. */
export class DatagramEndpoint implements RawEndpoint {
  readonly connections = new Map<number, RawConnection>();
  #address: InternetAddress;
  readonly #socket: Socket;
  readonly #family: DatagramFamily;
  readonly #options: DatagramEndpointOptions;
  readonly #events: RawEvents;
  readonly #peers = new Map<string, DatagramConnection>();
  /** The connection that was asked for here, rather than by a datagram that came. */
  #dialled: DatagramConnection | undefined;
  /** The system lets nothing through but what comes from that one. */
  #connected = false;
  #sweep: NodeJS.Timeout | undefined;
  #toldFull = false;
  #closed: Promise<void> | undefined;
  #lastId = 0;

  constructor(address: InternetAddress, family: DatagramFamily, events: RawEvents, options: DatagramEndpointOptions) {
    this.#address = address;
    this.#family = family;
    this.#options = options;
    this.#events = followClosed(events, ({ id }) => this.connections.delete(id));
    this.#socket = dgram.createSocket({ type: family, reuseAddr: (options.join ?? []).length > 0 });
    this.#socket.on("message", (bytes, from) => this.#take(bytes, from));
  }

  get address(): string {
    return formatAddress(this.#address);
  }

  get port(): number {
    return this.#address.port;
  }

  /** Binds to an IP address (undefined: all) and port. E_LISTEN. */
  async bind(host: string | undefined, port: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#socket.once("error", reject);
        this.#socket.bind({ port, ...(host === undefined ? {} : { address: host }) }, () => {
          this.#socket.off("error", reject);
          resolve();
        });
      });
      setUpDatagrams(this.#socket, this.#family, this.#options);
    } catch (thrown) {
      this.#socket.close();
      throw rawListenError(thrown, formatAddress(this.#address));
    }
    this.#socket.on("error", (error) => this.#trouble(error));
  }

  /** After `bind`, to listen: takes the port that was given. */
  takePort(): void {
    this.#address = { ...this.#address, port: this.#socket.address().port };
  }

  /** After `bind`: forgets whoever has been silent for long. */
  forgetSilent(): void {
    const idleMs = this.#options.idleMs ?? defaultIdleMs;
    this.#sweep = setInterval(() => this.#forgetSilent(idleMs), Math.max(10, idleMs / 4)).unref();
  }

  /** After `bind`: the first connection, to an IP address; with `only`, nothing from other addresses is let through. */
  async open(host: string, port: number, only: boolean): Promise<void> {
    if (only) {
      await new Promise<void>((resolve, reject) => {
        // Its types leave out that a failure is told to the same function.
        this.#socket.connect(port, host, (error?: Error | null) => (error ? reject(error) : resolve()));
      });
    }
    this.#dialled = new DatagramConnection(++this.#lastId, formatHostPort(host, port), { host, port }, this.#carrier);
    this.#connected = only;
    this.#add(this.#dialled);
  }

  stopListening(): void {}

  close(): Promise<void> {
    if (!this.#closed) {
      clearInterval(this.#sweep);
      this.#closed = new Promise((resolve) => this.#socket.close(() => resolve()));
      for (const connection of this.#peers.values()) this.#forget(connection, undefined);
    }
    return this.#closed;
  }

  readonly #carrier: DatagramCarrier = {
    send: (connection, bytes, sent) => this.#send(connection, bytes, sent, sendAttempts),
    forget: (connection) => this.#forget(connection, undefined),
  };

  /**
   * On a connected socket the system tells that an earlier datagram was refused by failing the next call, which has
   * then not sent anything: so that one is sent again.
   */
  #send(
    connection: DatagramConnection,
    bytes: Uint8Array,
    sent: (error: Error | null) => void,
    attempts: number,
  ): void {
    const done = (error: NodeJS.ErrnoException | null) => {
      if (error?.code !== "ECONNREFUSED" || attempts <= 1) return sent(error);
      this.#trouble(error);
      if (connection.isOpen) this.#send(connection, bytes, sent, attempts - 1);
      else sent(error);
    };
    if (this.#connected) this.#socket.send(bytes, done);
    else this.#socket.send(bytes, connection.port, connection.host, done);
  }

  #take(bytes: Buffer, from: RemoteInfo): void {
    const connection = this.#connected ? this.#dialled : this.#peerOf(from);
    if (!connection?.isOpen) return;
    connection.movedAtMs = performance.now();
    this.#events.chunk(connection, bytes);
  }

  #peerOf({ address, port }: RemoteInfo): DatagramConnection | undefined {
    const known = this.#peers.get(formatHostPort(address, port));
    if (known) return known;
    const { maxConnections } = this.#options;
    if (this.#peers.size >= maxConnections) {
      const message = `datagrams are dropped: ${maxConnections} addresses are remembered, which is the most`;
      if (!this.#toldFull) this.#events.refused?.(formatHostPort(address, port), new SampanError("E_BUSY", message));
      this.#toldFull = true;
      return undefined;
    }
    const where = { host: address, port };
    const connection = new DatagramConnection(++this.#lastId, formatHostPort(address, port), where, this.#carrier);
    this.#add(connection);
    return connection;
  }

  #add(connection: DatagramConnection): void {
    this.#peers.set(connection.peer, connection);
    this.connections.set(connection.id, connection);
    this.#events.opened(connection);
  }

  #forget(connection: DatagramConnection, error: SampanError | undefined): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    this.#peers.delete(connection.peer);
    this.#toldFull = false;
    this.#events.closed(connection, error);
    if (connection === this.#dialled) void this.close();
  }

  #forgetSilent(idleMs: number): void {
    const before = performance.now() - idleMs;
    for (const connection of this.#peers.values()) {
      if (connection.movedAtMs < before && connection !== this.#dialled) this.#forget(connection, undefined);
    }
  }

  #trouble(thrown: unknown): void {
    const connection = this.#dialled;
    if (!connection?.isOpen) return;
    const error = datagramError(thrown, connection.peer);
    if (this.#events.trouble) this.#events.trouble(connection, error);
    else this.#forget(connection, error);
  }
}
