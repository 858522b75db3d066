import { Socket } from "node:net";
import { BacklogListener } from "../backlog-listener.js";
import { errnoOf } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { counted } from "../number-text.js";
import type { Stage } from "../stage.js";
import type { Piece } from "../step.js";

const backlogLength = 2;
const clients = 6;
/** How long a client is given before it counts as waiting: a handshake over loopback takes well under a millisecond. */
const patienceMs = 300;
/** Longer than it takes until the kernel asks again for those that got no answer: 1 s, then 2 s more. */
const secondChanceMs = 8000;

/** More clients than the accept queue holds, before a server that does not accept. */
export const backlog: Experiment = {
  name: "backlog",
  title: { en: "The accept backlog", zh: "等待 accept 的队列（backlog）" },
  explanation: {
    en:
      "listen(n) sets how many finished connections may wait to be accepted. A client in that queue is connected and may " +
      "even send, though no program at the other end knows of it. When the queue is full, Linux gives no answer to a " +
      "new one, and its kernel asks again after a second or so.",
    zh:
      "listen(n) 规定最多有多少个已建立的连接排队等待 accept。排在队里的客户端已经连接成功，甚至可以发送，尽管对面还没有程序知道它。" +
      "队列满了以后，Linux 不回应新的连接请求，客户端的内核过一秒左右会再试。",
  },
  columns: {
    sender: { en: "clients", zh: "客户端" },
    between: { en: "accept queue", zh: "等待队列" },
    receiver: { en: "server", zh: "服务器" },
  },
  async run(stage) {
    const listener = await BacklogListener.start(stage, backlogLength);
    const dialled: Client[] = [];
    try {
      await stage.show({ who: "receiver", call: "listen", argument: String(backlogLength) });
      stage.part({ en: "The server does not accept", zh: "服务器不 accept" });
      const before = await stage.burst(async () => await connectAll(stage, listener, dialled));
      stage.part({ en: "The server wakes up and accepts", zh: "服务器醒来，开始 accept" });
      const after = await acceptAll(stage, listener, dialled);
      return observed(before, after, listener.accepted);
    } finally {
      for (const { socket } of dialled) socket.destroy();
      await listener.close();
    }
  },
};

interface Client {
  readonly number: number;
  readonly socket: Socket;
  /** When it was connected, or what went wrong. */
  outcome?: { readonly ms: number } | { readonly error: string };
}

function dial(number: number, port: number): Client {
  const client: Client = { number, socket: new Socket() };
  const startedMs = performance.now();
  client.socket.once("connect", () => {
    client.outcome = { ms: performance.now() - startedMs };
  });
  client.socket.on("error", (error) => {
    client.outcome ??= { error: errnoOf(error) };
  });
  client.socket.connect(port, "127.0.0.1");
  return client;
}

/** All clients at once; how many were connected within their time. */
async function connectAll(stage: Stage, listener: BacklogListener, dialled: Client[]): Promise<number> {
  for (let number = 1; number <= clients; number++) dialled.push(dial(number, listener.port));
  const deadlineMs = performance.now() + patienceMs;
  const queue: Piece[] = [];
  for (const client of dialled) {
    await stage.until(() => client.outcome, Math.max(0, deadlineMs - performance.now()));
    if (isConnected(client)) queue.push({ send: client.number, bytes: 1, head: mark });
    await showConnect(stage, client, queue);
  }
  return queue.length;
}

async function acceptAll(stage: Stage, listener: BacklogListener, dialled: readonly Client[]): Promise<number> {
  const waiting = dialled.filter(({ outcome }) => outcome === undefined);
  listener.wake();
  await stage.until(() => (dialled.every(({ outcome }) => outcome !== undefined) ? true : undefined), secondChanceMs);
  const connected = dialled.filter(isConnected).length;
  await stage.until(() => (listener.accepted >= connected ? true : undefined), 1000);
  for (const client of waiting) await showConnect(stage, client, []);
  await stage.show({ who: "receiver", call: "accept", times: listener.accepted, held: [] });
  return connected;
}

/** What stands for a connection in the queue. */
const mark = new TextEncoder().encode("▪");

function isConnected({ outcome }: Client): boolean {
  return outcome !== undefined && "ms" in outcome;
}

async function showConnect(stage: Stage, { number, outcome }: Client, queue: readonly Piece[]): Promise<void> {
  const result = outcome === undefined ? "…" : "error" in outcome ? outcome.error : `${outcome.ms.toFixed(1)} ms`;
  const pieces = [{ send: number, bytes: 1, head: mark }];
  const none = { en: "no answer", zh: "没有回应" };
  await stage.show({
    who: "sender",
    call: "connect",
    pieces,
    result,
    held: [...queue],
    ...(!outcome && { note: none }),
  });
}

function observed(before: number, after: number, accepted: number): Observed {
  const late = after - before;
  return {
    told: [
      {
        en: `listen(${backlogLength}) and ${counted(clients, "client")}: ${before} were connected while nobody accepted, the other ${clients - before} were not within ${patienceMs} ms.`,
        zh: `listen(${backlogLength})，${clients} 个客户端：没有人 accept 时有 ${before} 个连接成功，其余 ${clients - before} 个在 ${patienceMs} 毫秒内没有连上。`,
      },
      {
        en: `When the server accepted, ${late} more were connected; it accepted ${accepted} of ${clients}.`,
        zh: `服务器开始 accept 之后，又有 ${late} 个连接成功；一共 accept 了 ${clients} 个中的 ${accepted} 个。`,
      },
    ],
    fields: {
      backlog: backlogLength,
      clients,
      connectedBefore: before,
      notConnectedBefore: clients - before,
      connectedAfter: after,
      accepted,
    },
  };
}
