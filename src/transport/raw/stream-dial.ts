import net, { type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import type { StaticReader } from "../static-read.js";
import { formatAddress, formatHostPort, type RawAddress } from "./address.js";
import type { RawConnection, RawEndpoint, RawEvents } from "./connection.js";
import { followClosed } from "./followed-events.js";
import { rawDialError } from "./raw-error.js";
import { readerOf, StreamConnection } from "./stream-connection.js";
import { checkPeer, type TlsTrust } from "./tls-trust.js";

export interface StreamDialOptions extends TlsTrust {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Dials a TCP, TLS or Unix address. E_CONNECT, E_CERTIFICATE, or E_INTERRUPTED by the signal. */
export function dialStream(address: RawAddress, events: RawEvents, options: StreamDialOptions): Promise<RawEndpoint> {
  const where = printable(formatAddress(address));
  return new Promise((resolve, reject) => {
    let connection: StreamConnection | undefined;
    const onread = readerOf(() => connection);
    const socket = address.scheme === "tls" ? dialTls(address, options, onread) : dialPlain(address, onread);
    const fail = (thrown: unknown) => {
      clean();
      socket.on("error", () => {});
      socket.destroy();
      reject(rawDialError(thrown, where));
    };
    const timedOut = () => fail(new Error(`no answer within ${options.timeoutMs / 1000} s`));
    const aborted = () => fail(new SampanError("E_INTERRUPTED", `interrupted while connecting to ${where}`));
    const closed = () => fail(new Error("the connection was closed at once"));
    const timer = setTimeout(timedOut, options.timeoutMs);
    const clean = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", aborted);
      socket.off("error", fail).off("close", closed);
    };
    socket.once("error", fail).once("close", closed);
    options.signal?.addEventListener("abort", aborted, { once: true });
    if (options.signal?.aborted) return aborted();
    socket.once(address.scheme === "tls" ? "secureConnect" : "connect", () => {
      const wrong = address.scheme === "tls" ? checkPeer(socket as TLSSocket, where, options) : undefined;
      if (wrong) return fail(wrong);
      clean();
      const dialled = new DialledStream(address, socket);
      const followed = followClosed(events, ({ id }) => dialled.connections.delete(id));
      connection = new StreamConnection(1, peerOf(address, socket), socket, followed);
      dialled.connections.set(1, connection);
      connection.open(false);
      resolve(dialled);
    });
  });
}

class DialledStream implements RawEndpoint {
  readonly address: string;
  readonly port: number;
  readonly connections = new Map<number, RawConnection>();
  readonly #closed: Promise<void>;

  constructor(address: RawAddress, socket: Socket) {
    this.address = formatAddress(address);
    this.port = address.scheme === "unix" ? 0 : address.port;
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  stopListening(): void {}

  async close(): Promise<void> {
    for (const connection of this.connections.values()) connection.destroy();
    await this.#closed;
  }
}

function dialPlain(address: RawAddress, onread: StaticReader): Socket {
  const where = address.scheme === "unix" ? { path: address.path } : { host: address.host, port: address.port };
  // Its type leaves out that a socket half open may be asked for here, too, as for the constructor.
  const options = { ...where, allowHalfOpen: true, onread };
  return net.connect(options as net.NetConnectOpts);
}

function dialTls(address: RawAddress, trust: TlsTrust, onread: StaticReader): TLSSocket {
  if (address.scheme === "unix") throw new SampanError("E_BUG", "TLS over a Unix socket has no address");
  const { host, port } = address;
  const serverName = trust.serverName ?? (net.isIP(host) > 0 ? undefined : host);
  // tls.connect takes what net.connect takes, `onread` too; its types leave that out.
  const options: tls.ConnectionOptions & Pick<net.TcpNetConnectOpts, "onread"> & { allowHalfOpen: true } = {
    host,
    port,
    ...(serverName === undefined ? {} : { servername: serverName }),
    minVersion: "TLSv1.2",
    allowHalfOpen: true,
    // Judged right after the handshake, when the certificate can be named in the message.
    rejectUnauthorized: false,
    onread,
  };
  return tls.connect(options);
}

function peerOf(address: RawAddress, socket: Socket): string {
  if (address.scheme === "unix") return printable(address.path);
  return formatHostPort(socket.remoteAddress ?? address.host, socket.remotePort ?? address.port);
}
