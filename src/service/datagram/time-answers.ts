import type { UdpAddress } from "../../transport/udp-port.js";
import { wallClock } from "../../transport/wall-clock.js";
import { formatSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import { formatTold, parseAsk } from "../../wire/datagram/time-datagram.js";
import { SampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import { timeText } from "../time/time-text.js";
import type { AddressCookies } from "./address-cookie.js";
import type { DatagramAnswer } from "./datagram-answers.js";

/** The documents' time service: the datagram is a strftime format, or empty; the answer is the time, or a complaint. */
export function strftimeAnswer(format: Uint8Array): DatagramAnswer {
  const { text, isComplaint } = textOrComplaint(format, new Date());
  return { bytes: encodeUtf8(isComplaint ? `bad format: ${text}` : text) };
}

/** The same with the times at which it was asked and told; somebody who is not nearby has to bring a cookie. */
export function askAnswer(
  body: Uint8Array,
  isNear: boolean,
  cookies: AddressCookies,
  from: UdpAddress,
  nowMs: number,
): DatagramAnswer | undefined {
  const receivedMicros = wallClock.nowMicros();
  const asked = parseAsk(body);
  if (!asked) return undefined;
  const { nonce, cookie, format } = asked;
  const proved = cookies.proves(cookie, from, nowMs);
  if (!isNear && !proved) return { bytes: formatSampanDatagram("cookie", nonce, cookies.cookieFor(from, nowMs)) };
  const told = textOrComplaint(format, new Date(receivedMicros / 1000));
  return { bytes: formatTold(nonce, { ...told, receivedMicros, sentMicros: wallClock.nowMicros() }), proved };
}

function textOrComplaint(format: Uint8Array, date: Date): { text: string; isComplaint: boolean } {
  try {
    return { text: timeText(format, date), isComplaint: false };
  } catch (thrown) {
    if (thrown instanceof SampanError) return { text: thrown.message, isComplaint: true };
    throw thrown;
  }
}
