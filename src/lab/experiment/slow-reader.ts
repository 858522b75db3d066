import type { Experiment, Observed } from "../experiment.js";
import { counted, listed } from "../number-text.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

const messages = ["one", "two", "three", "four", "five", "six", "seven", "eight"] as const;
const betweenMs = 5;

/** A sender at its own pace; a reader that keeps up, then one that comes only after every fourth message. */
export const slowReader: Experiment = {
  name: "slow-reader",
  title: { en: "A slow reader finds messages stuck together", zh: "读得慢，消息就粘在一起" },
  explanation: {
    en:
      "The sender sends a message every few milliseconds, with the Nagle algorithm off. What each read brings depends " +
      "on how often the reader comes, and not on the sender.",
    zh: "发送方每隔几毫秒发一条消息，Nagle 算法关闭。每次读到多少，取决于接收方多久来读一次，与发送方无关。",
  },
  async run(stage) {
    stage.part({ en: "A reader that comes after each message", zh: "每条消息之后都来读" });
    const prompt = await withTcpPair(stage, async (line) => await readEvery(stage, line, 1));
    stage.part({ en: "A reader that comes after every fourth message", zh: "每四条消息才来读一次" });
    const slow = await withTcpPair(stage, async (line) => await readEvery(stage, line, 4));
    return observed(prompt, slow);
  },
};

/** The bytes of each read. */
async function readEvery(stage: Stage, line: TcpLine, every: number): Promise<number[]> {
  const sizes: number[] = [];
  for (const [index, message] of messages.entries()) {
    await line.send(message);
    await stage.wait(betweenMs);
    if ((index + 1) % every !== 0) continue;
    const came = await line.recv(1024);
    if (typeof came !== "string") sizes.push(came.length);
  }
  return sizes;
}

function observed(prompt: readonly number[], slow: readonly number[]): Observed {
  return {
    told: [
      {
        en: `Of ${counted(messages.length, "send")} the prompt reader made ${counted(prompt.length, "read")} (${listed(prompt, ", ")} bytes), the slow one ${slow.length} (${listed(slow, ", ")} bytes).`,
        zh: `${messages.length} 次发送，勤快的接收方读了 ${prompt.length} 次（${listed(prompt, "、")} 字节），慢的读了 ${slow.length} 次（${listed(slow, "、")} 字节）。`,
      },
      slow.length < prompt.length
        ? {
            en: "Nothing was lost: the kernel kept the bytes, but not where each message ended.",
            zh: "什么也没有丢：内核保存了字节，但没有保存每条消息在哪里结束。",
          }
        : { en: "In this run both made as many reads.", zh: "这一次两者读取的次数相同。" },
    ],
    fields: { sends: messages.length, promptReadBytes: prompt, slowReadBytes: slow },
  };
}
