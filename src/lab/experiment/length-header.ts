import type { FrameDecoder, FrameRule } from "../../wire/framing/frame-rule.js";
import { parseRule } from "../../wire/framing/rule-text.js";
import { pieceOf } from "../byte-trail.js";
import type { Experiment, Observed } from "../experiment.js";
import { listed } from "../number-text.js";
import { shownBytes } from "../shown-bytes.js";
import type { Stage } from "../stage.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

const words = ["hello", "world"] as const;
/** Four bytes of length, little endian and signed, as Python's struct.pack("i") makes them: the documents' cure. */
const ruleText = "i32le";

/** The traffic of two-sends and one-send-in-pieces again, with a length in front of each message. */
export const lengthHeader: Experiment = {
  name: "length-header",
  title: { en: "The same traffic with a length header", zh: "同样的收发，加上长度报头" },
  explanation: {
    en:
      "Each message goes out with its length in front, four bytes. The reader keeps what it has read until a whole " +
      "message is there. The reads still come as they come; the frames do not care.",
    zh: "每条消息前面加上四字节的长度。接收方把读到的字节攒起来，够一条完整的消息才取出。读取仍然时多时少，取出的帧却不受影响。",
  },
  async run(stage) {
    const rule = parseRule(ruleText);
    stage.part({ en: "One read for both sends", zh: "两次 send，一次读" });
    const stuck = await withTcpPair(stage, async (line) => await exchange(stage, line, rule, [1024]));
    stage.part({ en: "recv(2), then recv(10), and over again", zh: "recv(2)、recv(10)，如此反复" });
    const torn = await withTcpPair(stage, async (line) => await exchange(stage, line, rule, [2, 10]));
    return observed(rule, stuck, torn);
  },
};

interface Exchange {
  readonly readBytes: readonly number[];
  readonly frames: readonly string[];
}

/** Sends the words as frames, then reads with each of the rooms in turn until all has come. */
async function exchange(stage: Stage, line: TcpLine, rule: FrameRule, rooms: readonly number[]): Promise<Exchange> {
  let left = 0;
  for (const word of words) {
    const bytes = framed(rule, word);
    await line.send(bytes);
    left += bytes.length;
  }
  await stage.wait(20);
  const decoder = rule.decoder();
  const readBytes: number[] = [];
  const frames: string[] = [];
  while (left > 0) {
    const came = await line.recv(rooms[readBytes.length % rooms.length] ?? left);
    if (typeof came === "string" || came.length === 0) break;
    readBytes.push(came.length);
    left -= came.length;
    for (const frame of framesIn(decoder, came)) {
      frames.push(shownBytes(frame));
      await line.did({ who: "receiver", call: "frame", pieces: [pieceOf(frames.length, frame)] });
    }
  }
  return { readBytes, frames };
}

function framed(rule: FrameRule, text: string): Uint8Array {
  const content = new TextEncoder().encode(text);
  const bytes = new Uint8Array(rule.encodedLength(content));
  rule.encodeInto(content, bytes, 0);
  return bytes;
}

/** The frames that a chunk completes. */
function framesIn(decoder: FrameDecoder, chunk: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  decoder.push(chunk, (frame) => frames.push(frame.slice()));
  return frames;
}

function observed(rule: FrameRule, stuck: Exchange, torn: Exchange): Observed {
  const same = [stuck, torn].every(({ frames }) => frames.join("\n") === words.join("\n"));
  return {
    told: [
      {
        en: `One read for both: reads of ${listed(stuck.readBytes, " and ")} bytes, frames ${listed(stuck.frames, " and ")}.`,
        zh: `一次读完：读到 ${listed(stuck.readBytes, "、")} 字节，取出的帧是 ${listed(stuck.frames, "、")}。`,
      },
      {
        en: `In pieces: reads of ${listed(torn.readBytes, ", ")} bytes, frames ${listed(torn.frames, " and ")}.`,
        zh: `分几次读：先后读到 ${listed(torn.readBytes, "、")} 字节，取出的帧是 ${listed(torn.frames, "、")}。`,
      },
      same
        ? {
            en: "Whatever the reads were, the frames are what was sent.",
            zh: "不管怎么读，取出的帧都与发送的消息相同。",
          }
        : { en: "The frames are not what was sent.", zh: "取出的帧与发送的消息不同。" },
    ],
    fields: { rule: rule.text, sent: words, stuck, torn, same },
  };
}
