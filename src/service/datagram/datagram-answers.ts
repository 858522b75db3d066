import type { Nearness } from "../../transport/nearness.js";
import type { UdpAddress } from "../../transport/udp-port.js";
import { wallClock } from "../../transport/wall-clock.js";
import { questionOf } from "../../wire/datagram/datagram-question.js";
import { formatSampanDatagram, nonceBytes, parseSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import { formatServerFacts } from "../../wire/datagram/server-facts.js";
import { answerSntp } from "../../wire/datagram/sntp.js";
import type { Announcement } from "../discovery/announcement.js";
import type { AddressCookies } from "./address-cookie.js";
import type { AddressRates } from "./address-rates.js";
import { AnswerLoop } from "./answer-loop.js";
import { askAnswer, strftimeAnswer } from "./time-answers.js";

export interface DatagramAnswersOptions {
  readonly rates: AddressRates;
  /** Monotonic. */
  readonly nowMs: () => number;
  readonly nearnessOf: (address: string) => Nearness;
  /** What to say to whoever looks around; undefined for a server that is hidden. */
  readonly announcement?: Announcement | undefined;
  readonly cookies: AddressCookies;
}

const firstClientPort = 1024;

/** An answer, and whether the asker has shown that its address is its own. */
export interface DatagramAnswer {
  readonly bytes: Uint8Array;
  readonly proved?: boolean;
}

/** What to answer to a datagram: never more bytes than were asked with to somebody who may not be where he says. */
export class DatagramAnswers {
  readonly #options: DatagramAnswersOptions;
  readonly #loop = new AnswerLoop();

  constructor(options: DatagramAnswersOptions) {
    this.#options = options;
  }

  answerTo(question: Uint8Array, from: UdpAddress): Uint8Array | undefined {
    const { rates, nowMs, nearnessOf } = this.#options;
    if (!rates.admits(from.address, nowMs())) return undefined;
    const nearness = nearnessOf(from.address);
    const answer = this.#answer(question, from, nearness);
    if (!answer) return undefined;
    const trusted = nearness !== "far" || answer.proved === true;
    return trusted || answer.bytes.length <= question.length ? answer.bytes : undefined;
  }

  #answer(question: Uint8Array, from: UdpAddress, nearness: Nearness): DatagramAnswer | undefined {
    switch (questionOf(question)) {
      case "sntp": {
        const receivedMicros = wallClock.nowMicros();
        return { bytes: answerSntp(question, receivedMicros, wallClock.nowMicros()) };
      }
      case "strftime": {
        // Nobody asks from there but another service, which was made to.
        if (from.port < firstClientPort) return undefined;
        const answer = strftimeAnswer(question);
        return this.#loop.closes(from, question, answer.bytes) ? undefined : answer;
      }
      case "sampan":
        return this.#sampanAnswer(question, from, nearness);
      case "torn":
        return undefined;
    }
  }

  #sampanAnswer(question: Uint8Array, from: UdpAddress, nearness: Nearness): DatagramAnswer | undefined {
    const { announcement, cookies, nowMs } = this.#options;
    const datagram = parseSampanDatagram(question);
    switch (datagram?.kind) {
      case "echo":
        return { bytes: formatSampanDatagram("echoed", datagram.body) };
      case "who":
        return whoAnswer(datagram.body, nearness, announcement);
      case "ask":
        return askAnswer(datagram.body, nearness !== "far", cookies, from, nowMs());
      default:
        return undefined;
    }
  }
}

/** Who serves here; told to those nearby only, and to nobody by a server for its own machine but that machine. */
export function whoAnswer(
  nonce: Uint8Array,
  nearness: Nearness,
  announcement: Announcement | undefined,
): DatagramAnswer | undefined {
  if (!announcement || nearness === "far" || nonce.length !== nonceBytes) return undefined;
  if (announcement.isOwnMachineOnly && nearness !== "self") return undefined;
  return { bytes: formatSampanDatagram("here", nonce, formatServerFacts(announcement.facts)) };
}
