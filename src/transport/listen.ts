import net, { type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls, { TLSSocket } from "node:tls";
import { errorHeader } from "../session/error-message.js";
import { encodeMessage } from "../wire/message.js";
import { SampanError } from "../wire/sampan-error.js";
import { callerOf } from "./first-bytes.js";
import { listenError, pathListenSentences } from "./socket-error.js";
import { SocketLink } from "./socket-link.js";
import { removeStaleSocket } from "./stale-socket.js";
import { StrangerList } from "./stranger-list.js";
import { httpProtocol, sampanProtocol, tlsSettings } from "./tls-settings.js";

/** A connection that speaks sampan's messages, before its hello. */
export interface Caller {
  readonly link: SocketLink;
  /** `host:port` of the other end, or "unix". */
  readonly address: string;
  readonly host: string;
  readonly sealed: boolean;
  /** The hello was good: the connection is no stranger's any more. */
  known(): void;
}

export interface ListenOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly unixPath?: string | undefined;
  readonly cert: string;
  readonly key: string;
  /** Take plain connections from other machines, too. */
  readonly plain: boolean;
  readonly maxStrangers: number;
  /** From accept to `known()`. */
  readonly strangerTimeoutMs: number;
  onCaller(caller: Caller): void;
  /** Called with a reason when a connection is turned away before it could speak. */
  onRefused(address: string, error: SampanError): void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes a stream that came another way, as if it had been accepted here; it has to be sealed. */
  accept(stream: Duplex, from: { readonly host: string; readonly port: number }): void;
  close(): Promise<void>;
}

/** The door for HTTP on the same port; the page will stand behind it. */
const httpAnswer =
  "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" +
  "This is a sampan server. Its page is not built yet; use the sampan program.\n";

/** When a server closes, its peers have so long to read what was sent last, and to close as well. */
const goodbyeMs = 1000;

/** Listens on one TCP port (and a Unix socket), and tells TLS, HTTP and plain messages apart by the first byte. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const door = new Door(options);
  const servers = [await startServer((socket) => door.accept(socket), { host: options.host, port: options.port })];
  const close = async () => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    await Promise.all([...closed, door.close()]);
  };
  if (options.unixPath !== undefined) {
    try {
      await removeStaleSocket(options.unixPath);
      servers.push(await startServer((socket) => door.accept(socket), { path: options.unixPath }));
    } catch (thrown) {
      await close();
      throw thrown;
    }
  }
  const { address, port } = (servers[0] as net.Server).address() as AddressInfo;
  return {
    host: address,
    port,
    accept: (stream, from) => door.acceptStream(stream, from),
    close,
  };
}

class Door {
  readonly #options: ListenOptions;
  readonly #strangers: StrangerList;
  readonly #sockets = new Set<Socket>();
  readonly #tls: tls.Server;
  readonly #secureContext: tls.SecureContext;

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#strangers = new StrangerList(options.maxStrangers, options.strangerTimeoutMs);
    const { cert, key } = options;
    this.#secureContext = tls.createSecureContext({ ...tlsSettings, cert, key });
    this.#tls = tls.createServer({
      ...tlsSettings,
      cert,
      key,
      ALPNProtocols: [sampanProtocol, httpProtocol],
      handshakeTimeout: options.strangerTimeoutMs,
    });
    this.#tls.on("secureConnection", (socket) => this.#sealed(socket));
    this.#tls.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  accept(socket: Socket): void {
    this.#admit(socket);
    socket.once("data", (chunk) => {
      socket.pause();
      this.#route(socket, chunk);
    });
  }

  acceptStream(stream: Duplex, { host, port }: { readonly host: string; readonly port: number }): void {
    const socket = new TLSSocket(stream, {
      isServer: true,
      secureContext: this.#secureContext,
      ALPNProtocols: [sampanProtocol],
    });
    this.#admit(socket);
    socket.once("secure", () => {
      if (socket.alpnProtocol !== sampanProtocol) socket.destroy();
      else this.#call(socket, socket, { address: hostAndPort(host, port), host });
    });
  }

  #admit(socket: Socket): void {
    this.#sockets.add(socket);
    this.#strangers.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /** Puts strangers out at once; whoever is being told good-bye has a moment to read it. Resolves when all are gone. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) if (this.#strangers.has(socket)) socket.destroy();
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, goodbyeMs);
    const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));
    await Promise.all([...this.#sockets].map(closed));
    clearTimeout(timer);
  }

  #route(socket: Socket, chunk: Buffer): void {
    switch (callerOf(chunk[0] as number)) {
      case "tls":
        socket.unshift(chunk);
        this.#tls.emit("connection", socket);
        return;
      case "http":
        socket.end(httpAnswer);
        return;
      case "plain":
        return this.#plain(socket, chunk);
      default:
        this.#options.onRefused(addressOf(socket), new SampanError("E_PROTOCOL", "neither TLS, HTTP nor a message"));
        socket.destroy();
    }
  }

  #sealed(socket: TLSSocket): void {
    const raw = this.#rawOf(socket);
    if (socket.alpnProtocol === sampanProtocol) this.#call(socket, raw, placeOf(raw));
    else socket.end(httpAnswer);
  }

  /** The accepted socket under a TLS one: Node keeps it under a private name; its port tells it as well. */
  #rawOf(socket: TLSSocket): Socket {
    const { _parent: parent } = socket as TLSSocket & { _parent?: Socket };
    if (parent && this.#sockets.has(parent)) return parent;
    const { remoteAddress, remotePort } = socket;
    for (const one of this.#sockets)
      if (one.remotePort === remotePort && one.remoteAddress === remoteAddress) return one;
    return socket;
  }

  #plain(socket: Socket, chunk: Buffer): void {
    const { remoteAddress } = socket;
    const near = remoteAddress === undefined || isLoopback(remoteAddress);
    if (near || this.#options.plain) return this.#call(socket, socket, placeOf(socket), chunk);
    const error = new SampanError(
      "E_PLAIN_REFUSED",
      "this server takes unsealed connections from its own machine only",
    );
    this.#options.onRefused(addressOf(socket), error);
    const link = new SocketLink(socket);
    link.send(encodeMessage(errorHeader(error)));
    link.end();
  }

  /** Begins to listen to what somebody has to say; `stranger` is under what they stand in the list. */
  #call(socket: Socket, stranger: Socket, { address, host }: CallerPlace, first?: Buffer): void {
    const link = new SocketLink(socket);
    const sealed = socket instanceof TLSSocket;
    this.#options.onCaller({ link, address, host, sealed, known: () => this.#strangers.remove(stranger) });
    link.startReading(first);
  }
}

interface CallerPlace {
  readonly address: string;
  readonly host: string;
}

function placeOf(socket: Socket): CallerPlace {
  return { address: addressOf(socket), host: socket.remoteAddress ?? "unix" };
}

function addressOf({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? "unix" : hostAndPort(remoteAddress, remotePort as number);
}

function hostAndPort(address: string, port: number): string {
  // A socket for both families tells IPv4 addresses as IPv6 ones.
  const bare = address.replace(/^::ffff:(?=\d+\.)/, "");
  const host = bare.includes(":") ? `[${bare}]` : bare;
  return `${host}:${port}`;
}

/** Of an address, or of the one name that means this machine: any other name is whatever its owner says. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (net.isIP(host) !== 0 && /^(::ffff:)?127\./.test(host));
}

function startServer(onSocket: (socket: Socket) => void, where: net.ListenOptions): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ noDelay: true }, onSocket);
    const name = where.path ?? `${where.host ?? "any address"}, port ${where.port}`;
    const sentences = where.path === undefined ? {} : pathListenSentences;
    server.once("error", (error) => reject(listenError(error, name, sentences)));
    server.listen({ backlog: 511, ...where }, () => resolve(server));
  });
}
