import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { StreamTrail } from "./byte-trail.js";
import { descriptorOf } from "./descriptor.js";
import { Line } from "./line.js";
import type { Stage } from "./stage.js";

/** A TCP connection of which Node reads nothing: that is left to the experiment. */
export class TcpLine extends Line {
  readonly senderSocket: Socket;
  readonly receiverSocket: Socket;

  constructor(stage: Stage, sender: Socket, receiver: Socket) {
    super(stage, new StreamTrail(), descriptorOf(sender), descriptorOf(receiver));
    this.senderSocket = sender;
    this.receiverSocket = receiver;
  }
}

const acceptedBy = new WeakMap<Server, Set<Socket>>();

/** A server that accepts and then leaves each connection alone. */
export function quietServer(): Server {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  const accepted = new Set<Socket>();
  acceptedBy.set(server, accepted);
  server.on("connection", (socket) => accepted.add(socket));
  return server;
}

/** A quiet server on a free port of loopback. */
export async function withTcpServer<T>(use: (server: Server, port: number) => Promise<T>): Promise<T> {
  const server = quietServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(server, portOf(server));
  } finally {
    await closeServer(server);
  }
}

/** Opens a connection to the server for the time of `use`. The Nagle algorithm is off unless asked for. */
export async function withTcpLine<T>(
  stage: Stage,
  server: Server,
  use: (line: TcpLine) => Promise<T>,
  { nagle = false } = {},
): Promise<T> {
  const sender = new Socket({ allowHalfOpen: true });
  const sockets = [sender];
  try {
    // Paused before it connects, or Node would read what comes first.
    sender.pause();
    sender.connect(portOf(server), "127.0.0.1");
    const accepted = once(server, "connection", { signal: stage.signal }) as Promise<[Socket]>;
    const [[receiver]] = await Promise.all([accepted, once(sender, "connect", { signal: stage.signal })]);
    sockets.push(receiver);
    // The experiment has the errors from its own calls.
    for (const socket of sockets) socket.on("error", () => {});
    sender.setNoDelay(!nagle);
    return await use(new TcpLine(stage, sender, receiver));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** One connection with a server of its own. */
export async function withTcpPair<T>(
  stage: Stage,
  use: (line: TcpLine) => Promise<T>,
  options: { nagle?: boolean } = {},
): Promise<T> {
  return await withTcpServer(async (server) => await withTcpLine(stage, server, use, options));
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Closes a server with all that it has accepted. */
export async function closeServer(server: Server): Promise<void> {
  for (const socket of acceptedBy.get(server) ?? []) socket.destroy();
  if (!server.listening) return;
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
