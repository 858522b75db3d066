import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { DatagramTrail } from "./byte-trail.js";
import { datagramDescriptorOf } from "./descriptor.js";
import { Line } from "./line.js";
import type { Stage } from "./stage.js";

/** Two UDP sockets on loopback, the sender's connected to the receiver's address, of which Node reads nothing. */
export async function withUdpPair<T>(stage: Stage, use: (line: Line) => Promise<T>): Promise<T> {
  const sender = createSocket("udp4");
  const receiver = createSocket("udp4");
  try {
    await bound(receiver);
    await bound(sender);
    sender.connect(receiver.address().port, "127.0.0.1");
    await once(sender, "connect");
    const line = new Line(stage, new DatagramTrail(), datagramDescriptorOf(sender), datagramDescriptorOf(receiver));
    return await use(line);
  } finally {
    sender.close();
    receiver.close();
  }
}

async function bound(socket: Socket): Promise<void> {
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
}
