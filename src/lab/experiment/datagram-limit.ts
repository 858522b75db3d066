import type { Errno } from "../descriptor.js";
import type { Experiment, Observed } from "../experiment.js";
import { grouped } from "../number-text.js";
import { withUdpPair } from "../udp-line.js";

/** 65,535 bytes of an IPv4 packet (RFC 791) without 20 of its header and 8 of UDP's (RFC 768). */
const maxDatagramBytes = 65_535 - 20 - 8;

/** The longest datagram, and one byte more. */
export const datagramLimit: Experiment = {
  name: "datagram-limit",
  title: { en: "The longest datagram: 65,507 bytes", zh: "最长的数据报：65507 字节" },
  explanation: {
    en:
      "The length field of an IPv4 packet has 16 bits: 65,535 bytes, of which 20 go to its header and 8 to UDP's. One " +
      "byte more is not cut into two datagrams and not shortened: the send fails.",
    zh: "IPv4 包的长度字段是 16 位：最多 65535 字节，其中 IP 头占 20 字节，UDP 头占 8 字节。再多一个字节，既不会拆成两个，也不会截短，而是发送失败。",
  },
  async run(stage) {
    return await withUdpPair(stage, async (line) => {
      stage.part({ en: "As long as can be", zh: "最长的" });
      const longest = await line.send(new Uint8Array(maxDatagramBytes).fill(0x61));
      const read = await line.recv(70_000);
      stage.part({ en: "One byte more", zh: "再多一个字节" });
      const longer = await line.send(new Uint8Array(maxDatagramBytes + 1).fill(0x62));
      const nothing = await line.recvNow(70_000);
      return observed(longest, read, longer, nothing);
    });
  },
};

function observed(
  longest: number | Errno,
  read: Uint8Array | Errno,
  longer: number | Errno,
  nothing: Uint8Array | Errno,
): Observed {
  const came = outcome(read);
  const after = outcome(nothing);
  return {
    told: [
      {
        en: `A send of ${grouped(maxDatagramBytes)} bytes returned ${shown(longest)}, and the read ${shown(came)}.`,
        zh: `发送 ${maxDatagramBytes} 字节：send 返回 ${shown(longest)}，读到 ${shown(came)}。`,
      },
      {
        en: `A send of ${grouped(maxDatagramBytes + 1)} bytes returned ${shown(longer)}, and the read ${shown(after)}.`,
        zh: `发送 ${maxDatagramBytes + 1} 字节：send 返回 ${shown(longer)}，再读得到 ${shown(after)}。`,
      },
    ],
    fields: { longestBytes: maxDatagramBytes, sent: longest, read: came, sentOneMore: longer, readOneMore: after },
  };
}

function outcome(came: Uint8Array | Errno): number | Errno {
  return typeof came === "string" ? came : came.length;
}

function shown(result: number | Errno): string {
  return typeof result === "number" ? grouped(result) : result;
}
