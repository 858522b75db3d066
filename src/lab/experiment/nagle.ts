import { recvCall, sendCall } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import type { Told } from "../language.js";
import { counted, listed } from "../number-text.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

const letters = ["a", "b", "c", "d", "e"] as const;
/** Questions and answers after which the receiver's kernel takes its time with acknowledgements. */
const warmUpRounds = 20;

/** Five small sends with the Nagle algorithm and without, and a reader that looks after each of them. */
export const nagle: Experiment = {
  name: "nagle",
  title: { en: "What the Nagle algorithm holds back", zh: "Nagle 算法攒下的小包" },
  explanation: {
    en:
      "With the Nagle algorithm on, a small send waits in the sender's kernel while an earlier one is not acknowledged, " +
      "and goes out together with what has come meanwhile. A receiver that acknowledges late (up to 40 ms on Linux) " +
      "makes that long. TCP_NODELAY sends each at once. Before each part 20 questions and answers go to and fro: after " +
      "such a talk the receiver's kernel acknowledges late.",
    zh:
      "Nagle 算法开启时，前一个小包还没有得到确认，后面的小包就留在发送方的内核里，等确认到了再合在一起发出。" +
      "接收方的确认来得越晚（Linux 上最多约 40 毫秒），等得越久。TCP_NODELAY 则让每个小包立刻发出。" +
      "每一部分开始前先一问一答 20 次：这样之后，接收方的内核才会延迟确认。",
  },
  async run(stage) {
    const held = await runPart(stage, true, { en: "Nagle on (TCP_NODELAY off)", zh: "开启 Nagle（TCP_NODELAY 关）" });
    const free = await runPart(stage, false, { en: "Nagle off (TCP_NODELAY on)", zh: "关闭 Nagle（TCP_NODELAY 开）" });
    return observed(held, free);
  },
};

interface Reading {
  /** Bytes of each read that brought some. */
  readonly readBytes: number[];
  /** Reads right after a send that found nothing. */
  readonly emptyReads: number;
  /** From the first send to the last byte read. */
  readonly ms: number;
}

async function runPart(stage: Stage, nagle: boolean, title: Told): Promise<Reading> {
  stage.part(title);
  return await withTcpPair(
    stage,
    async (line) => {
      await talk(stage, line);
      return await stage.burst(async () => await sendAndLook(stage, line));
    },
    { nagle },
  );
}

/** The calls of the talk are not shown: the experiment begins after it. */
async function talk(stage: Stage, line: TcpLine): Promise<void> {
  for (let round = 0; round < warmUpRounds; round++) {
    for (const [from, to] of [
      [line.sender, line.receiver],
      [line.receiver, line.sender],
    ] as const) {
      sendCall(from, new Uint8Array(4));
      await stage.until(() => (recvCall(to, 4) === "EAGAIN" ? undefined : true), 1000);
    }
  }
}

async function sendAndLook(stage: Stage, line: TcpLine): Promise<Reading> {
  const startedMs = stage.nowMs;
  const readBytes: number[] = [];
  let emptyReads = 0;
  for (const letter of letters) {
    await line.send(letter);
    const came = await line.recvNow(1024);
    if (typeof came === "string") emptyReads++;
    else readBytes.push(came.length);
  }
  while (readBytes.reduce((sum, bytes) => sum + bytes, 0) < letters.length) {
    const came = await line.recv(1024);
    if (typeof came === "string" || came.length === 0) break;
    readBytes.push(came.length);
  }
  return { readBytes, emptyReads, ms: Math.round(stage.nowMs - startedMs) };
}

function observed(held: Reading, free: Reading): Observed {
  const coalesced = held.readBytes.length < free.readBytes.length;
  return {
    told: [
      { en: `Nagle on: ${english(held)}.`, zh: `开启 Nagle：${chinese(held)}。` },
      { en: `Nagle off: ${english(free)}.`, zh: `关闭 Nagle：${chinese(free)}。` },
      coalesced
        ? {
            en: "The same sends came in fewer reads with the Nagle algorithm.",
            zh: "同样的几次发送，开启 Nagle 时读取次数更少。",
          }
        : {
            en: "In this run the Nagle algorithm made no difference: the acknowledgements came at once.",
            zh: "这一次 Nagle 算法没有造成差别：确认来得很快。",
          },
    ],
    fields: {
      sends: letters.length,
      nagle: { ...held },
      noDelay: { ...free },
      coalesced,
    },
  };
}

function english({ readBytes, emptyReads, ms }: Reading): string {
  const empty = emptyReads === 0 ? "none found nothing" : `${emptyReads} found nothing`;
  return `${counted(letters.length, "send")} of 1 byte came in ${counted(readBytes.length, "read")} of ${listed(readBytes, " and ")} bytes; of the reads right after a send ${empty}; the last byte was there after ${ms} ms`;
}

function chinese({ readBytes, emptyReads, ms }: Reading): string {
  return `${letters.length} 次 1 字节的发送，读到 ${readBytes.length} 次，分别为 ${listed(readBytes, "、")} 字节；紧跟发送的读取有 ${emptyReads} 次什么也没有读到；${ms} 毫秒后全部到达`;
}
