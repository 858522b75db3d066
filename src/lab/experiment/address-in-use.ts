import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { errnoOf, type Outcome } from "../descriptor.js";
import type { Experiment } from "../experiment.js";
import { bindPlainly, type PlainBind } from "../plain-bind.js";
import { statesOfPort } from "../port-state.js";
import type { Stage } from "../stage.js";
import { closeServer, portOf, quietServer, withTcpLine } from "../tcp-line.js";
import { reuseObserved } from "./address-in-use-told.js";
import { shareDatagramPort } from "./shared-datagram-port.js";

/** Two listeners on one port; a port that an old connection still occupies; a UDP port shared. */
export const addressInUse: Experiment = {
  name: "address-in-use",
  title: { en: "Address in use, and SO_REUSEADDR", zh: "地址已被占用，与 SO_REUSEADDR" },
  explanation: {
    en:
      "A port has one listener. The end that closes first keeps its connection in TIME_WAIT for a minute or so; a server " +
      "started anew in that time may bind its port only with SO_REUSEADDR, which Node sets by itself for TCP. For UDP " +
      "the same option lets two sockets have one port.",
    zh:
      "一个端口只能有一个监听者。先关闭的一端会让连接在 TIME_WAIT 状态里停留一分钟左右；这段时间里重新启动的服务器只有设置了 SO_REUSEADDR 才能绑定端口，" +
      "Node 的 TCP 监听会自动设置。对 UDP，同一个选项允许两个套接字共用一个端口。",
  },
  columns: {
    sender: { en: "client", zh: "客户端" },
    between: { en: "the port", zh: "端口状态" },
    receiver: { en: "servers", zh: "服务器" },
  },
  async run(stage) {
    stage.part({
      en: "Two TCP listeners on one port (Node sets SO_REUSEADDR)",
      zh: "同一端口上的两个 TCP 监听者（Node 已设置 SO_REUSEADDR）",
    });
    const first = quietServer();
    try {
      await listenShown(stage, first, 0);
      const port = portOf(first);
      const second = await listenOnce(stage, port);
      stage.part({ en: "The server closes first and starts anew", zh: "服务器先关闭，再重新启动" });
      const states = await leaveTimeWait(stage, first);
      const again = await listenOnce(stage, port);
      const plain = await bindPlainly(port, stage.signal);
      if (plain !== undefined) await showPlain(stage, port, plain);
      stage.part({ en: "Two UDP sockets on one port", zh: "同一端口上的两个 UDP 套接字" });
      const datagrams = await shareDatagramPort(stage);
      return reuseObserved({ second, states, again, plain, ...datagrams });
    } finally {
      await closeServer(first);
    }
  },
};

async function listenShown(stage: Stage, server: Server, port: number): Promise<Outcome> {
  server.listen(port, "127.0.0.1");
  const result = await once(server, "listening").then(() => "ok", errnoOf);
  const bound = result === "ok" ? portOf(server) : port;
  await stage.show({ who: "receiver", call: "listen", argument: portText(bound), result, ...stateOf(bound) });
  return result;
}

/** A listener for a moment. */
async function listenOnce(stage: Stage, port: number): Promise<Outcome> {
  const server = createServer();
  try {
    return await listenShown(stage, server, port);
  } finally {
    await closeServer(server);
  }
}

/** A connection that the server closes first; the states of its port afterwards, where the kernel tells. */
async function leaveTimeWait(stage: Stage, server: Server): Promise<string[] | undefined> {
  const port = portOf(server);
  await withTcpLine(stage, server, async (line) => {
    await stage.show({ who: "sender", call: "connect", argument: portText(port), ...stateOf(port) });
    line.receiverSocket.end();
    await reached(stage, port, "FIN_WAIT2");
    await stage.show({ who: "receiver", call: "close", ...stateOf(port) });
    line.senderSocket.end();
    await reached(stage, port, "TIME_WAIT");
    await stage.show({ who: "sender", call: "close", ...stateOf(port) });
  });
  await closeServer(server);
  await stage.show({ who: "receiver", call: "close", note: { en: "the listener", zh: "监听者" }, ...stateOf(port) });
  return statesOfPort(port);
}

/** Waits until a connection of the port is in this state, where the kernel tells. */
async function reached(stage: Stage, port: number, state: string): Promise<void> {
  await stage.until(() => (statesOfPort(port)?.includes(state) === false ? undefined : true), 1000);
}

async function showPlain(stage: Stage, port: number, { without, withReuse }: PlainBind): Promise<void> {
  const bind = { who: "receiver", call: "bind", argument: portText(port), ...stateOf(port) } as const;
  const plainly = { en: "Python, without SO_REUSEADDR", zh: "Python，不设置 SO_REUSEADDR" };
  await stage.show({ ...bind, result: without, note: plainly });
  const reusing = { en: "Python, with SO_REUSEADDR", zh: "Python，设置 SO_REUSEADDR" };
  await stage.show({ ...bind, result: withReuse, note: reusing });
}

function portText(port: number): string {
  return `port ${port}`;
}

function stateOf(port: number): { state?: string } {
  const states = statesOfPort(port);
  return states === undefined ? {} : { state: [...new Set(states)].join(" ") };
}
