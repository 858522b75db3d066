import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import net from "node:net";
import type { TextEncoding } from "../service/text-encoding.js";
import { localTime } from "../service/time/local-time.js";
import { strftime } from "../service/time/strftime.js";
import { listenError } from "../transport/socket-error.js";
import { toSampanError } from "../wire/sampan-error.js";
import { hostPort } from "./address.js";
import type { ClassicServer } from "./server.js";
import type { ClassicListener } from "./server-event.js";
import { decodeWhole, readBytes } from "./site.js";
import { upperCased } from "./upper.js";

export type DatagramProtocol = "udp-upper" | "udp-hi" | "udp-time";

export interface DatagramServerOptions {
  readonly protocol: DatagramProtocol;
  readonly host: string;
  readonly port: number;
  readonly encoding: TextEncoding;
  readonly onEvent: ClassicListener;
}

/** Datagrams that wait for their turn; UDP may lose what is beyond. */
const maxWaiting = 1024;

/** What `udp-time` gives for an empty datagram. */
export const defaultTimeFormat = "%Y-%m-%d %X";

/** Listens on a UDP port and answers each datagram, empty ones, too, to the address that it came from. */
export async function serveDatagrams(options: DatagramServerOptions): Promise<ClassicServer> {
  const socket = dgram.createSocket(net.isIPv6(options.host) ? "udp6" : "udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => reject(listenError(error, hostPort(options.host, options.port))));
    socket.bind({ address: options.host, port: options.port }, resolve);
  });
  socket.on("error", () => {}); // a client that is gone already, for instance
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  socket.on("message", (bytes, from) => {
    if (waiting >= maxWaiting) return;
    waiting++;
    last = last.then(() => answer(socket, options, bytes, from)).finally(() => waiting--);
  });
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await new Promise<void>((resolve) => void socket.close(resolve));
    await last;
  };
  const { address, port } = socket.address();
  return {
    host: address,
    port,
    close: () => (closed ??= end()),
  };
}

async function answer(
  socket: Socket,
  { protocol, encoding, onEvent }: DatagramServerOptions,
  bytes: Buffer,
  from: RemoteInfo,
): Promise<void> {
  const peer = hostPort(from.address, from.port);
  await onEvent({ event: "text", peer, bytes: bytes.length, text: decodeWhole(encoding, bytes) });
  const reply = answerTo(protocol, bytes, encoding);
  await new Promise<void>((resolve) => {
    try {
      socket.send(reply, from.port, from.address, () => resolve());
    } catch {
      resolve(); // closed meanwhile
    }
  });
}

function answerTo(protocol: DatagramProtocol, bytes: Buffer, encoding: TextEncoding): Uint8Array {
  switch (protocol) {
    case "udp-upper":
      return upperCased(bytes);
    case "udp-hi":
      return Buffer.from("hi");
    case "udp-time":
      return encoding.encode(timeText(bytes, encoding));
  }
}

/** The local time in the format that came, or a sentence that says what is wrong with it. */
function timeText(bytes: Buffer, encoding: TextEncoding): string {
  if (bytes.length > readBytes) return `the format has ${bytes.length} bytes; the most is ${readBytes}`;
  const format = decodeWhole(encoding, bytes);
  if (format.includes("\ufffd")) return `the format is not ${encoding.name} text`;
  if (format.includes("\0")) return "the format has a NUL character";
  try {
    return strftime(localTime(new Date()), format === "" ? defaultTimeFormat : format);
  } catch (thrown) {
    return toSampanError(thrown).message;
  }
}
