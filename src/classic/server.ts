import net, { type AddressInfo, type Socket } from "node:net";
import type { TextEncoding } from "../service/text-encoding.js";
import { listenError } from "../transport/socket-error.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { serveAck } from "./ack.js";
import { hostPort } from "./address.js";
import { Connection } from "./connection.js";
import { serveDownload } from "./download.js";
import { serveFrames } from "./frames.js";
import type { ProtocolName } from "./protocol-name.js";
import { ServedFolder } from "./served-folder.js";
import type { ClassicListener } from "./server-event.js";
import { serveShell, serveShellPlain, serveShellReady } from "./shell.js";
import type { Converse, Site } from "./site.js";
import { serveDatagrams } from "./udp-server.js";
import { serveUpload } from "./upload.js";
import { serveUpper, serveUpperOnce } from "./upper.js";

export interface ClassicServerOptions {
  readonly protocol: ProtocolName;
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly encoding: TextEncoding;
  /** The folder of `download` and `upload`, and where commands run. */
  readonly folder?: string;
  /** Without it the shells are refused: E_RIGHTS. */
  readonly allowShell?: boolean;
  /** The most that a command may write; 1 GiB. */
  readonly maxOutputBytes?: number;
  /** Connections at once; 1,024. Those beyond are closed at once. */
  readonly maxConnections?: number;
  readonly onEvent: ClassicListener;
}

export interface ClassicServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening, ends the connections and the commands that run for them; fulfilled when nothing is left. */
  close(): Promise<void>;
}

const streams: Readonly<Record<Exclude<ProtocolName, `udp-${string}`>, Converse>> = {
  upper: serveUpper,
  "upper-once": serveUpperOnce,
  ack: serveAck,
  frames: serveFrames,
  download: serveDownload,
  upload: serveUpload,
  shell: serveShell,
  "shell-plain": serveShellPlain,
  "shell-ready": serveShellReady,
};

/** Well below the 2^31 - 1 that the length of `shell` can say. */
const defaultMaxOutputBytes = 2 ** 30;

/** How long a connection that we have ended waits for the client to end it, too. */
const closingMs = 5_000;

export function isShell(protocol: ProtocolName): boolean {
  return protocol.startsWith("shell");
}

/** Whether the protocol moves files of a folder. */
export function needsFolder(protocol: ProtocolName): boolean {
  return protocol === "download" || protocol === "upload";
}

/** Listens for the programs of the tutorials. E_LISTEN, E_RIGHTS for a shell that is not allowed, errors of the folder. */
export async function startClassicServer(options: ClassicServerOptions): Promise<ClassicServer> {
  const { protocol, host = "127.0.0.1", port, encoding, onEvent } = options;
  if (protocol === "udp-upper" || protocol === "udp-hi" || protocol === "udp-time")
    return serveDatagrams({ protocol, host, port, encoding, onEvent });
  if (isShell(protocol) && !options.allowShell) {
    throw new SampanError(
      "E_RIGHTS",
      `${protocol} lets anyone who connects run anything on this machine; say --allow-shell if that is what you want`,
    );
  }
  const folder = needsFolder(protocol) ? new ServedFolder(options.folder ?? ".") : undefined;
  const site: Site = {
    encoding,
    tell: onEvent,
    folder,
    workingFolder: options.folder ?? ".",
    maxOutputBytes: options.maxOutputBytes ?? defaultMaxOutputBytes,
  };
  try {
    return await listenTo(streams[protocol], site, { host, port, maxConnections: options.maxConnections ?? 1024 });
  } catch (error) {
    folder?.close();
    throw error;
  }
}

interface Door {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
}

async function listenTo(converse: Converse, site: Site, door: Door): Promise<ClassicServer> {
  const open = new Map<Connection, Promise<void>>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    if (open.size >= door.maxConnections) return turnAway(socket, site, door.maxConnections);
    const connection = new Connection(socket);
    const over = serveConnection(connection, converse, site).finally(() => open.delete(connection));
    open.set(connection, over);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, hostPort(door.host, door.port))));
    server.listen({ host: door.host, port: door.port, backlog: 511 }, resolve);
  });
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    const listening = new Promise((resolve) => server.close(resolve));
    for (const connection of open.keys()) connection.abort();
    await Promise.all(open.values());
    await listening;
    site.folder?.close();
  };
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    close: () => (closed ??= end()),
  };
}

function turnAway(socket: Socket, { tell }: Site, max: number): void {
  const peer = hostPort(socket.remoteAddress ?? "?", socket.remotePort ?? 0);
  socket.on("error", () => {});
  socket.destroy();
  void tell({ event: "refused", peer, code: "E_BUSY", message: `${max} connections are open already` });
}

/** Never rejects: whatever a client does ends its own connection and no other. */
async function serveConnection(connection: Connection, converse: Converse, site: Site): Promise<void> {
  const { peer } = connection;
  try {
    await site.tell({ event: "connected", peer });
    await converse(connection, site);
    await connection.close(closingMs);
    await site.tell({ event: "disconnected", peer });
  } catch (thrown) {
    connection.abort();
    const { code, message } = toSampanError(thrown);
    await site.tell({ event: "disconnected", peer, code, message });
  }
}
