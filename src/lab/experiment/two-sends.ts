import type { Experiment, Observed } from "../experiment.js";
import { counted, listed } from "../number-text.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

const words = ["hello", "world"] as const;
const allBytes = words.join("").length;
/** Longer than loopback takes to carry a few bytes. */
const lateMs = 20;

/** The documents' sticky packets: two sends, and one read that brings both. */
export const twoSends: Experiment = {
  name: "two-sends",
  title: { en: "Two sends read as one", zh: "两次 send，一次读到（粘包）" },
  explanation: {
    en:
      "TCP carries a stream of bytes and does not keep the seams between sends. What has arrived when the reader " +
      "calls recv comes out together, up to the room it gives.",
    zh: "TCP 传送的是字节流，不保留每次 send 之间的界线。接收方调用 recv 时已经到达的字节会一起取出，最多取到给定的长度。",
  },
  async run(stage) {
    stage.part({ en: "The reader comes after both sends", zh: "两次 send 之后才读" });
    const late = await withTcpPair(stage, async (line) => {
      for (const word of words) await line.send(word);
      await stage.wait(lateMs);
      return await readAll(line);
    });
    stage.part({ en: "The reader comes after each send", zh: "每次 send 之后就读" });
    const prompt = await withTcpPair(stage, async (line) => await readBetween(stage, line));
    return observed(late, prompt);
  },
};

async function readAll(line: TcpLine): Promise<number[]> {
  const sizes: number[] = [];
  for (let left = allBytes; left > 0; ) {
    const came = await line.recv(1024);
    if (typeof came === "string" || came.length === 0) break;
    sizes.push(came.length);
    left -= came.length;
  }
  return sizes;
}

async function readBetween(stage: Stage, line: TcpLine): Promise<number[]> {
  const sizes: number[] = [];
  for (const word of words) {
    await line.send(word);
    await stage.wait(lateMs);
    const came = await line.recv(1024);
    if (typeof came !== "string") sizes.push(came.length);
  }
  return sizes;
}

function observed(late: readonly number[], prompt: readonly number[]): Observed {
  const stuck = late.length < words.length;
  const en = (sizes: readonly number[]): string =>
    `${counted(sizes.length, "read")} of ${listed(sizes, " and ")} bytes`;
  const zh = (sizes: readonly number[]): string => `${sizes.length} 次读取，分别为 ${listed(sizes, "、")} 字节`;
  const sent = words.map((word) => word.length);
  return {
    told: [
      {
        en: `Sent: ${counted(sent.length, "send")} of ${listed(sent, " and ")} bytes. Read afterwards: ${en(late)}.`,
        zh: `发送：${sent.length} 次，分别为 ${listed(sent, "、")} 字节。事后读：${zh(late)}。`,
      },
      stuck
        ? {
            en: "Nothing in what was read tells where the first send ended.",
            zh: "读到的内容里看不出第一次发送在哪里结束。",
          }
        : { en: "In this run the reads came out as the sends went in.", zh: "这一次读取恰好与发送一一对应。" },
      {
        en: `Read between the sends: ${en(prompt)}. The calls were the same, only their timing was not.`,
        zh: `在两次发送之间读：${zh(prompt)}。调用完全相同，只是时间不同。`,
      },
    ],
    fields: { sentBytes: sent, readBytes: late, readBetweenBytes: prompt, stuck },
  };
}
