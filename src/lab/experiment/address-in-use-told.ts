import type { Outcome } from "../descriptor.js";
import type { Observed } from "../experiment.js";
import type { Told } from "../language.js";
import { listed } from "../number-text.js";
import type { PlainBind } from "../plain-bind.js";
import type { SharedPort } from "./shared-datagram-port.js";

export interface Reuse extends SharedPort {
  /** Of the second listener on the port of a first one. */
  readonly second: Outcome;
  /** Of the port after the first one had closed; undefined where the kernel does not tell. */
  readonly states: readonly string[] | undefined;
  /** Of a new listener on it then. */
  readonly again: Outcome;
  readonly plain: PlainBind | undefined;
}

export function reuseObserved(reuse: Reuse): Observed {
  const { second, states, again, plain, udpWithout, udpWith, udpGot } = reuse;
  return {
    told: [
      { en: `The second listener on the port got ${second}.`, zh: `同一端口上的第二个监听者得到 ${second}。` },
      timeWaitTold(states, again),
      plainTold(plain),
      {
        en: `UDP: the second socket got ${udpWithout} without SO_REUSEADDR and ${udpWith} with it.${gotEnglish(udpWith, udpGot)}`,
        zh: `UDP：第二个套接字不设置 SO_REUSEADDR 得到 ${udpWithout}，设置后得到 ${udpWith}。${gotChinese(udpWith, udpGot)}`,
      },
    ],
    fields: {
      second,
      statesAfterClose: states ?? null,
      again,
      plainBind: plain?.without ?? null,
      reuseBind: plain?.withReuse ?? null,
      udpWithout,
      udpWith,
      udpGot,
    },
  };
}

function timeWaitTold(states: readonly string[] | undefined, again: string): Told {
  if (states === undefined) {
    return {
      en: `This system does not show the states of a port; listening on it again at once gave ${again}.`,
      zh: `这个系统不显示端口的状态；立刻再次监听得到 ${again}。`,
    };
  }
  const seen =
    states.length === 0 ? { en: "free", zh: "空闲" } : { en: listed(states, " and "), zh: listed(states, "、") };
  return {
    en: `After the server had closed first its port was in ${seen.en}; listening on it again, with SO_REUSEADDR, gave ${again}.`,
    zh: `服务器先关闭之后，端口状态为 ${seen.zh}；设置 SO_REUSEADDR 再次监听得到 ${again}。`,
  };
}

function plainTold(plain: PlainBind | undefined): Told {
  if (plain === undefined) {
    return {
      en: "Binding it without SO_REUSEADDR was left out: that needs python3, as Node always sets the option for TCP.",
      zh: "不设置 SO_REUSEADDR 的绑定没有做：这需要 python3，因为 Node 的 TCP 监听总会设置它。",
    };
  }
  return {
    en: `Python's bind of it gave ${plain.without} without SO_REUSEADDR and ${plain.withReuse} with it.`,
    zh: `用 Python 绑定：不设置 SO_REUSEADDR 得到 ${plain.without}，设置后得到 ${plain.withReuse}。`,
  };
}

function gotEnglish(bound: string, got: readonly number[]): string {
  if (bound !== "ok") return "";
  if (got.length === 0) return " Neither got the datagram.";
  return got.length === 2 ? " Both got the datagram." : ` Only socket ${got[0]} got the datagram.`;
}

function gotChinese(bound: string, got: readonly number[]): string {
  if (bound !== "ok") return "";
  if (got.length === 0) return "两个都没有收到数据报。";
  return got.length === 2 ? "两个都收到了数据报。" : `只有第 ${got[0]} 个套接字收到了数据报。`;
}
