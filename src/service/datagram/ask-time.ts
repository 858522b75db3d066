import { randomBytes } from "node:crypto";
import { cookieBytes, nonceBytes, parseSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import { askSntp, parseSntpAnswer } from "../../wire/datagram/sntp.js";
import { formatAsk, parseTold } from "../../wire/datagram/time-datagram.js";
import { SampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import { printable } from "../../wire/wire-path.js";
import { defaultSamples, defaultTimeoutMs, type TimeOptions, type TimeReading } from "../time/time-reading.js";
import { compareClocks, compareSeconds, type TimeSample } from "../time/time-sample.js";
import { type HeardAnswer, UdpAsker } from "./udp-asker.js";

/** Between questions to somebody who tells whole seconds: spread over a second, they tell more than seconds. */
const secondsPauseMs = 250;

/** The time of a sampan server by datagrams; undefined if none came back. */
export function askSampanTime(host: string, port: number, options: TimeOptions): Promise<TimeReading | undefined> {
  return withAsker(host, port, async (asker) => {
    let cookie: Uint8Array = new Uint8Array(cookieBytes);
    let text: string | undefined;
    const { format = "", samples = defaultSamples, timeoutMs = defaultTimeoutMs, signal } = options;
    const heard: TimeSample[] = [];
    for (let turn = 0; turn < samples; turn++) {
      // Somebody who asks from afar is first asked for a cookie: once, or after every loss.
      for (let tries = 0; tries < 2; tries++) {
        const nonce = randomBytes(nonceBytes);
        const answer = await asker.ask(
          formatAsk(nonce, cookie, format),
          (bytes) => readAnswer(bytes, nonce),
          timeoutMs,
          signal,
        );
        if (answer === undefined && heard.length === 0) return undefined;
        if (!answer) break;
        if (answer.answer.cookie) {
          cookie = answer.answer.cookie;
          continue;
        }
        const { told } = answer.answer;
        if (told.isComplaint) throw new SampanError("E_USAGE", printable(told.text), { origin: "remote" });
        text = told.text;
        heard.push({ ...answer, ...told });
        break;
      }
    }
    const clock = compareClocks(heard);
    if (!clock || text === undefined) return undefined;
    return { by: "udp", text, clock, roundTripMs: clock.roundTripMs, asked: samples, heard: heard.length };
  });
}

function readAnswer(bytes: Uint8Array, nonce: Uint8Array) {
  const datagram = parseSampanDatagram(bytes);
  if (!datagram || !nonce.every((byte, at) => datagram.body[at] === byte)) return undefined;
  if (datagram.kind === "cookie" && datagram.body.length === nonceBytes + cookieBytes) {
    return { cookie: datagram.body.slice(nonceBytes) };
  }
  const told = datagram.kind === "told" ? parseTold(datagram.body) : undefined;
  return told && { cookie: undefined, told };
}

/** The time of any NTP server. E_TIMED_OUT if none came back, E_BUSY if it refuses. */
export function askSntpTime(host: string, port: number, options: TimeOptions): Promise<TimeReading> {
  return withAsker(host, port, async (asker) => {
    const { samples = defaultSamples, timeoutMs = defaultTimeoutMs, signal } = options;
    const heard = [];
    for (let turn = 0; turn < samples; turn++) {
      const token = randomBytes(8);
      const answer = await asker.ask(askSntp(token), (bytes) => parseSntpAnswer(bytes, token), timeoutMs, signal);
      if (answer) heard.push({ ...answer, ...answer.answer });
    }
    const clock = compareClocks(heard);
    const [first] = heard;
    if (!clock || !first) throw noAnswer(host, port, "as an NTP server");
    const { stratum, synchronized } = first;
    const counts = { asked: samples, heard: heard.length };
    return { by: "sntp", clock, roundTripMs: clock.roundTripMs, ...counts, stratum, synchronized };
  });
}

/**
 * The time of a server as the documents have it: datagrams with formats, answered by texts. How its clock differs is
 * told by asking it for seconds since 1970, too. E_TIMED_OUT if nothing came back.
 */
export function askFormattedTime(host: string, port: number, options: TimeOptions): Promise<TimeReading> {
  return withAsker(host, port, async (asker) => {
    const { format = "", samples = defaultSamples, timeoutMs = defaultTimeoutMs, signal } = options;
    const ask = (text: string) =>
      asker.ask(encodeUtf8(text), (bytes) => Buffer.from(bytes).toString(), timeoutMs, signal);
    const told = (await ask(format)) ?? (await ask(format));
    if (!told) throw noAnswer(host, port, "to a format of the time");
    const answers: HeardAnswer<string>[] = [];
    for (let turn = 0; turn < samples; turn++) {
      if (turn > 0) await new Promise((resolve) => setTimeout(resolve, secondsPauseMs));
      const answer = await ask("%s");
      if (answer && /^\d{1,12}$/.test(answer.answer)) answers.push(answer);
      else break;
    }
    const clock = compareSeconds(answers.map((one) => ({ ...one, seconds: Number(one.answer) })));
    const roundTripMs = Math.min(told.roundTripMs, ...answers.map((one) => one.roundTripMs));
    return { by: "strftime", text: told.answer, clock, roundTripMs, asked: samples + 1, heard: answers.length + 1 };
  });
}

function noAnswer(host: string, port: number, how: string): SampanError {
  return new SampanError(
    "E_TIMED_OUT",
    `${printable(host)} has not answered ${how} on UDP port ${port}; it may not serve the time, or a firewall drops it`,
  );
}

async function withAsker<T>(host: string, port: number, work: (asker: UdpAsker) => Promise<T>): Promise<T> {
  const asker = await UdpAsker.open(host, port);
  try {
    return await work(asker);
  } finally {
    await asker.close();
  }
}
