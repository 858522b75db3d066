import type { Server } from "node:net";
import type { Errno } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { listed } from "../number-text.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpLine, withTcpServer } from "../tcp-line.js";

/** What the reader's calls return after an orderly end, after a reset, and after a close with bytes unread. */
export const abruptClose: Experiment = {
  name: "abrupt-close",
  title: { en: "An abrupt close against an orderly one", zh: "突然断开与正常关闭" },
  explanation: {
    en:
      "An orderly close sends FIN: the reader gets what was sent, then 0, the end. A reset (RST) tells that the " +
      "connection is broken off: the reader gets an error. A program that closes with bytes unread resets, too, without " +
      "meaning to. A server must take the error of one client as the end of that one, and go on with the others.",
    zh:
      "正常关闭发送 FIN：接收方先读完数据，再读到 0，表示结束。复位（RST）表示连接中断：接收方得到一个错误。" +
      "还有数据没读就关闭的程序，无意中也会发出 RST。服务器应当把一个客户端的错误看作只是它的结束，继续为其他客户端服务。",
  },
  async run(stage) {
    return await withTcpServer(async (server) => {
      stage.part({ en: "Orderly: shutdown, then close", zh: "正常：shutdown 再 close" });
      const orderly = await endBy(stage, server, async (line) => {
        line.senderSocket.end();
        await line.did({ who: "sender", call: "shutdown", note: { en: "FIN", zh: "FIN" } });
      });
      stage.part({ en: "Abrupt: close with SO_LINGER 0", zh: "突然：以 SO_LINGER 0 关闭" });
      const abrupt = await endBy(stage, server, async (line) => {
        line.senderSocket.resetAndDestroy();
        await line.did({ who: "sender", call: "close", note: { en: "RST", zh: "RST" } });
      });
      stage.part({ en: "Careless: close with bytes unread", zh: "疏忽：还有数据没读就关闭" });
      const careless = await endBy(stage, server, closeUnread);
      stage.part({ en: "The same server, the next client", zh: "同一个服务器，下一个客户端" });
      const next = await withTcpLine(stage, server, async (line) => {
        await line.send("still here?");
        return resultOf(await line.recv(1024));
      });
      return observed({ orderly, abrupt, careless }, next);
    });
  },
};

async function closeUnread(line: TcpLine): Promise<void> {
  await line.answer("unread");
  line.senderSocket.destroy();
  await line.did({ who: "sender", call: "close" });
}

interface Ending {
  /** The reader's reads, from the first on: counts or errors. */
  readonly reads: (number | Errno)[];
  /** What the reader's own send gave afterwards. */
  readonly answer: number | Errno;
}

async function endBy(stage: Stage, server: Server, close: (line: TcpLine) => Promise<void>): Promise<Ending> {
  return await withTcpLine(stage, server, async (line) => {
    await line.send("bye");
    await close(line);
    await stage.wait(10);
    const reads: (number | Errno)[] = [];
    while (reads.length < 3) {
      const came = resultOf(await line.recv(1024));
      reads.push(came);
      if (came === 0) break;
    }
    return { reads, answer: await line.answer("and you?") };
  });
}

function resultOf(came: Uint8Array | Errno): number | Errno {
  return typeof came === "string" ? came : came.length;
}

function observed(endings: Record<"orderly" | "abrupt" | "careless", Ending>, next: number | Errno): Observed {
  const { orderly, abrupt, careless } = endings;
  const en = ({ reads, answer }: Ending): string =>
    `reads gave ${listed(reads, ", then ")}; a send after them gave ${answer}`;
  const zh = ({ reads, answer }: Ending): string => `读取先后得到 ${listed(reads, "、")}；之后 send 得到 ${answer}`;
  return {
    told: [
      { en: `Orderly: the ${en(orderly)}.`, zh: `正常关闭：${zh(orderly)}。` },
      { en: `Abrupt: the ${en(abrupt)}.`, zh: `突然断开：${zh(abrupt)}。` },
      { en: `Closed with bytes unread: the ${en(careless)}.`, zh: `有数据没读就关闭：${zh(careless)}。` },
      typeof next === "number"
        ? { en: `The server read ${next} bytes from its next client.`, zh: `服务器从下一个客户端读到 ${next} 字节。` }
        : { en: `The server's read from its next client gave ${next}.`, zh: `服务器读下一个客户端得到 ${next}。` },
    ],
    fields: { orderly, abrupt, careless, nextClientRead: next },
  };
}
