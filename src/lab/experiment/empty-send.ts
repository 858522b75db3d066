import type { Errno } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { withTcpPair } from "../tcp-line.js";
import { withUdpPair } from "../udp-line.js";

/** An empty datagram arrives as one; an empty send on a stream is nothing, and 0 from a read is the end. */
export const emptySend: Experiment = {
  name: "empty-send",
  title: { en: "An empty datagram and an empty send", zh: "空数据报与空发送" },
  explanation: {
    en:
      "A datagram may be empty: its header goes over the wire, and the read returns 0 for it. On a TCP stream a send of " +
      "nothing puts nothing on the wire, and a read that returns 0 means something else: the other end has finished.",
    zh: "数据报可以是空的：头部照样发出，对方读到 0 字节。TCP 上发送空内容什么也不会发出，而读到 0 是另一个意思：对方已经结束。",
  },
  async run(stage) {
    stage.part({ en: "UDP", zh: "UDP" });
    const datagram = await withUdpPair(stage, async (line) => {
      const sent = await line.send("");
      return { sent, reads: [outcome(await line.recv(1024)), outcome(await line.recvNow(1024))] };
    });
    stage.part({ en: "TCP", zh: "TCP" });
    const stream = await withTcpPair(stage, async (line) => {
      const sent = await line.send("");
      await stage.wait(20);
      const read = outcome(await line.recvNow(1024));
      line.senderSocket.end();
      await line.did({ who: "sender", call: "shutdown" });
      return { sent, reads: [read, outcome(await line.recv(1024))] };
    });
    return observed(datagram, stream);
  },
};

interface Seen {
  readonly sent: number | Errno;
  readonly reads: readonly (number | Errno)[];
}

function outcome(came: Uint8Array | Errno): number | Errno {
  return typeof came === "string" ? came : came.length;
}

function observed(datagram: Seen, stream: Seen): Observed {
  return {
    told: [
      {
        en: `UDP: the empty send returned ${datagram.sent}; the reads returned ${datagram.reads.join(", then ")}.`,
        zh: `UDP：空发送返回 ${datagram.sent}；读取先后返回 ${datagram.reads.join("、")}。`,
      },
      {
        en: `TCP: the empty send returned ${stream.sent}; a read after it returned ${stream.reads[0]}, and one after the sender had finished ${stream.reads[1]}.`,
        zh: `TCP：空发送返回 ${stream.sent}；之后读取返回 ${stream.reads[0]}，发送方结束后再读返回 ${stream.reads[1]}。`,
      },
    ],
    fields: { udp: datagram, tcp: stream },
  };
}
