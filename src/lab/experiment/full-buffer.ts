import type { Errno } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { counted, grouped } from "../number-text.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

/** More than the kernel's buffers of both ends hold together, by Linux's defaults. */
const contentBytes = 16 * 1024 * 1024;
const roomBytes = 64 * 1024;

/** A send into a full buffer takes only a part; sendall goes on until all is taken. */
export const fullBuffer: Experiment = {
  name: "full-buffer",
  title: { en: "A full send buffer: send against sendall", zh: "发送缓冲区满：send 与 sendall" },
  explanation: {
    en:
      "send copies into the kernel's buffer what fits, and returns how much that was. Whoever does not look at the " +
      "count loses the rest. sendall is a loop of sends that goes on from where the last one stopped.",
    zh: "send 只把放得下的部分复制进内核缓冲区，并返回这个数目。不看返回值，剩下的就丢了。sendall 是一个循环：从上次停下的地方继续 send，直到全部发完。",
  },
  async run(stage) {
    const content = numberedContent();
    stage.part({ en: "One send, and nobody reads yet", zh: "一次 send，还没有人读" });
    const once = await withTcpPair(stage, async (line) => await sendOnce(stage, line, content));
    stage.part({ en: "sendall, and a reader", zh: "sendall，同时有人读" });
    const all = await withTcpPair(stage, async (line) => await sendAll(line, content));
    return observed(once, all);
  },
};

interface Once {
  readonly taken: number | Errno;
  readonly again: number | Errno;
  readonly readBytes: number;
}

interface All {
  readonly sends: readonly (number | Errno)[];
  readonly readBytes: number;
  readonly same: boolean;
}

async function sendOnce(stage: Stage, line: TcpLine, content: Uint8Array): Promise<Once> {
  const taken = await line.send(content);
  const again = await line.send(content.subarray(bytesOf(taken)));
  const readBytes = await line.drain(bytesOf(taken) + bytesOf(again), roomBytes, () => {});
  await stage.wait(10);
  const after = await line.recvNow(roomBytes);
  return { taken, again, readBytes: readBytes + (typeof after === "string" ? 0 : after.length) };
}

async function sendAll(line: TcpLine, content: Uint8Array): Promise<All> {
  const sends: (number | Errno)[] = [];
  let readBytes = 0;
  let same = true;
  for (let at = 0; at < content.length; ) {
    const taken = await line.send(content.subarray(at));
    sends.push(taken);
    if (typeof taken === "string" && taken !== "EAGAIN") break;
    at += bytesOf(taken);
    await line.drain(at - readBytes, roomBytes, (chunk) => {
      same &&= Buffer.compare(chunk, content.subarray(readBytes, readBytes + chunk.length)) === 0;
      readBytes += chunk.length;
    });
    // What was taken and does not come will not come: another round would be like this one.
    if (readBytes < at) break;
  }
  return { sends, readBytes, same };
}

/** Each four bytes tell their own place, so that none could stand for another. */
function numberedContent(): Uint8Array {
  const numbers = new Uint32Array(contentBytes / 4);
  for (let index = 0; index < numbers.length; index++) numbers[index] = index;
  return new Uint8Array(numbers.buffer);
}

function bytesOf(result: number | Errno): number {
  return typeof result === "number" ? result : 0;
}

function observed(once: Once, all: All): Observed {
  const lostBytes = contentBytes - once.readBytes;
  const taken = typeof once.taken === "number" ? grouped(once.taken) : once.taken;
  const again = typeof once.again === "number" ? grouped(once.again) : once.again;
  const equal = all.same && all.readBytes === contentBytes;
  return {
    told: [
      {
        en: `One send of ${grouped(contentBytes)} bytes returned ${taken}, the next one ${again}. The reader got ${grouped(once.readBytes)}; ${grouped(lostBytes)} were never sent.`,
        zh: `一次 send ${grouped(contentBytes)} 字节，返回 ${taken}，再 send 一次返回 ${again}。接收方读到 ${grouped(once.readBytes)} 字节；${grouped(lostBytes)} 字节根本没有发出。`,
      },
      {
        en: `sendall took ${counted(all.sends.length, "send")}; the reader got ${grouped(all.readBytes)} bytes, ${equal ? "the same that were sent" : "not the same that were sent"}.`,
        zh: `sendall 共调用 ${all.sends.length} 次 send；接收方读到 ${grouped(all.readBytes)} 字节，与发送的内容${equal ? "相同" : "不同"}。`,
      },
    ],
    fields: {
      contentBytes,
      sent: once.taken,
      sentAgain: once.again,
      readBytes: once.readBytes,
      lostBytes,
      sendallSends: all.sends,
      sendallReadBytes: all.readBytes,
      sendallSame: equal,
    },
  };
}
