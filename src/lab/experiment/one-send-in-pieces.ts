import type { Experiment, Observed } from "../experiment.js";
import { counted, listed } from "../number-text.js";
import { shownBytes } from "../shown-bytes.js";
import { type TcpLine, withTcpPair } from "../tcp-line.js";

const rooms = [2, 10] as const;

/** The documents' recv(2), then recv(10). */
export const oneSendInPieces: Experiment = {
  name: "one-send-in-pieces",
  title: { en: "One send read in pieces", zh: "一次 send，分几次读（半包）" },
  explanation: {
    en:
      "A read takes at most the room it is given and leaves the rest in the kernel for the next one. So one send may " +
      "need several reads, and a read may end in the middle of a character.",
    zh: "一次读取最多取给定的长度，其余留在内核里等下一次。所以一次 send 可能要读好几次，一次读取也可能停在一个汉字的中间。",
  },
  async run(stage) {
    return await withTcpPair(stage, async (line) => {
      stage.part({ en: "recv(2), then recv(10)", zh: "先 recv(2)，再 recv(10)" });
      const letters = await sendAndRead(line, "hello world", rooms);
      stage.part({ en: "The same with letters of three bytes each", zh: "同样的读法，换成每个字三字节的汉字" });
      const characters = await sendAndRead(line, "你好", rooms);
      return observed(letters, characters);
    });
  },
};

interface Reading {
  readonly sentBytes: number;
  readonly reads: readonly Uint8Array[];
}

async function sendAndRead(line: TcpLine, text: string, rooms: readonly number[]): Promise<Reading> {
  const sent = await line.send(text);
  const reads: Uint8Array[] = [];
  for (const room of rooms) {
    const came = await line.recv(room);
    if (typeof came !== "string") reads.push(came);
  }
  return { sentBytes: typeof sent === "number" ? sent : 0, reads };
}

function observed(letters: Reading, characters: Reading): Observed {
  const sizes = letters.reads.map((read) => read.length);
  const shown = characters.reads.map(shownBytes);
  const torn = shown.some((text) => text.includes("‹"));
  return {
    told: [
      {
        en: `${letters.sentBytes} bytes went in with one send and came out in ${counted(sizes.length, "read")} of ${listed(sizes, " and ")}.`,
        zh: `一次发送 ${letters.sentBytes} 字节，分 ${sizes.length} 次读出，分别为 ${listed(sizes, "、")} 字节。`,
      },
      torn
        ? {
            en: `Of the ${characters.sentBytes} bytes of 你好 the reads brought ${listed(shown, " and ")}: a character was torn, and neither part is text.`,
            zh: `“你好”共 ${characters.sentBytes} 字节，读到的是 ${listed(shown, "、")}：一个字被拆开，前后两段都不是完整的文字。`,
          }
        : {
            en: `Of the ${characters.sentBytes} bytes of 你好 the reads brought ${listed(shown, " and ")}: no character was torn in this run.`,
            zh: `“你好”共 ${characters.sentBytes} 字节，读到的是 ${listed(shown, "、")}：这一次没有拆开任何字。`,
          },
    ],
    fields: {
      sentBytes: letters.sentBytes,
      readBytes: sizes,
      readText: letters.reads.map(shownBytes),
      torn,
      tornReadsHex: characters.reads.map((read) => Buffer.from(read).toString("hex")),
    },
  };
}
