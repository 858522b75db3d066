import type { Errno } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { shownBytes } from "../shown-bytes.js";
import { withUdpPair } from "../udp-line.js";

const text = "hello world";
const roomBytes = 4;

/** A datagram read with too little room loses what does not fit. */
export const cutDatagram: Experiment = {
  name: "cut-datagram",
  title: { en: "A datagram cut by a short buffer", zh: "缓冲区太短，数据报被截断" },
  explanation: {
    en:
      "UDP keeps the seams: one recv takes one datagram, never two. But it takes all of it: what does not fit into the " +
      "room of the read is thrown away, where TCP would have kept it for the next.",
    zh: "UDP 保留界线：一次 recv 取一个数据报，决不会粘在一起。但它取走的是整个数据报：缓冲区放不下的部分被丢弃，而 TCP 会留给下一次读取。",
  },
  async run(stage) {
    return await withUdpPair(stage, async (line) => {
      stage.part({ en: "recv(4) of a datagram of 11 bytes", zh: "用 recv(4) 读 11 字节的数据报" });
      const sent = await line.send(text);
      const cut = await line.recv(roomBytes);
      const rest = await line.recvNow(1024);
      stage.part({ en: "Two datagrams, read afterwards with room for both", zh: "两个数据报，之后用足够大的缓冲区读" });
      for (const word of ["hello", "world"]) await line.send(word);
      const reads = [await line.recv(1024), await line.recv(1024)];
      return observed(sent, cut, rest, reads);
    });
  },
};

function observed(
  sent: number | Errno,
  cut: Uint8Array | Errno,
  rest: Uint8Array | Errno,
  reads: readonly (Uint8Array | Errno)[],
): Observed {
  const sentBytes = typeof sent === "number" ? sent : 0;
  const readBytes = bytesIn(cut);
  const restBytes = bytesIn(rest);
  const lostBytes = sentBytes - readBytes - restBytes;
  const texts = reads.map((read) => (typeof read === "string" ? read : shownBytes(read)));
  const next = typeof rest === "string" ? rest : `${rest.length}`;
  return {
    told: [
      {
        en: `${readBytes} of ${sentBytes} bytes were read; the next read gave ${next}. ${lostBytes} bytes are gone.`,
        zh: `${sentBytes} 字节中读到 ${readBytes} 字节；再读一次得到 ${next}。${lostBytes} 字节没有了。`,
      },
      {
        en: `Two datagrams with room for 1,024 bytes each time: the reads brought ${texts.join(", then ")}.`,
        zh: `两个数据报，每次都用 1024 字节的缓冲区：先后读到 ${texts.join("、")}。`,
      },
    ],
    fields: { sentBytes, readBytes, nextRead: typeof rest === "string" ? rest : rest.length, lostBytes, reads: texts },
  };
}

function bytesIn(came: Uint8Array | Errno): number {
  return typeof came === "string" ? 0 : came.length;
}
