import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { datagramDescriptorOf, errnoOf, type Outcome, recvCall } from "../descriptor.js";
import type { Stage } from "../stage.js";

export interface SharedPort {
  /** What binding a second socket to the port gave, without SO_REUSEADDR on both, and with it. */
  readonly udpWithout: Outcome;
  readonly udpWith: Outcome;
  /** Which of the two sockets got a datagram sent to the port, counted from 1; none if neither. */
  readonly udpGot: readonly number[];
}

/** Binds two UDP sockets to one port, without the option and with it, and sends a datagram to both. */
export async function shareDatagramPort(stage: Stage): Promise<SharedPort> {
  const udpWithout = await bindTwo(stage, false, async (_sockets, second) => second);
  const { udpWith, udpGot } = await bindTwo(stage, true, async (sockets, udpWith) => ({
    udpWith,
    udpGot: udpWith === "ok" ? await whoGets(stage, sockets) : [],
  }));
  return { udpWithout, udpWith, udpGot };
}

async function bindTwo<T>(
  stage: Stage,
  reuseAddr: boolean,
  use: (sockets: readonly Socket[], second: Outcome) => Promise<T>,
): Promise<T> {
  const sockets = [1, 2].map(() => createSocket({ type: "udp4", reuseAddr }));
  try {
    let port = 0;
    let result: Outcome = "ok";
    for (const [index, socket] of sockets.entries()) {
      socket.bind({ port, address: "127.0.0.1", exclusive: true });
      result = await once(socket, "listening").then(() => "ok", errnoOf);
      if (index === 0) port = socket.address().port;
      const note = reuseAddr
        ? { en: "with SO_REUSEADDR", zh: "设置 SO_REUSEADDR" }
        : { en: "without SO_REUSEADDR", zh: "不设置 SO_REUSEADDR" };
      await stage.show({ who: "receiver", call: "bind", argument: `socket ${index + 1}`, result, note });
    }
    return await use(sockets, result);
  } finally {
    for (const socket of sockets) socket.close();
  }
}

async function whoGets(stage: Stage, sockets: readonly Socket[]): Promise<number[]> {
  const descriptors = sockets.map(datagramDescriptorOf);
  const port = sockets[0]?.address().port ?? 0;
  const sender = createSocket("udp4");
  try {
    await new Promise<void>((resolve) => sender.send("hello", port, "127.0.0.1", () => resolve()));
    await stage.show({ who: "sender", call: "send", argument: "hello", result: 5 });
    await stage.wait(10);
    const got: number[] = [];
    for (const [index, descriptor] of descriptors.entries()) {
      const came = recvCall(descriptor, 1024);
      const result = typeof came === "string" ? came : came.length;
      if (typeof result === "number") got.push(index + 1);
      await stage.show({ who: "receiver", call: "recv", argument: `1024, socket ${index + 1}`, result });
    }
    return got;
  } finally {
    sender.close();
  }
}
