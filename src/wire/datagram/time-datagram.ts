import { encodeUtf8 } from "../utf8.js";
import { cookieBytes, formatSampanDatagram, nonceBytes } from "./sampan-datagram.js";

/*
 * The bodies of `ask`, `told` and `cookie`, see sampan-datagram.ts.
 */

export interface TimeAsked {
  readonly nonce: Uint8Array;
  readonly cookie: Uint8Array;
  /** UTF-8, not looked at yet. */
  readonly format: Uint8Array;
}

export interface TimeTold {
  readonly receivedMicros: number;
  readonly sentMicros: number;
  readonly text: string;
  /** The text says what is wrong with the format. */
  readonly isComplaint: boolean;
}

const timesBytes = 17;
const decoder = new TextDecoder("utf-8");

export function parseAsk(body: Uint8Array): TimeAsked | undefined {
  const formatAt = nonceBytes + cookieBytes;
  if (body.length < formatAt) return undefined;
  return {
    nonce: body.subarray(0, nonceBytes),
    cookie: body.subarray(nonceBytes, formatAt),
    format: body.subarray(formatAt),
  };
}

export function formatAsk(nonce: Uint8Array, cookie: Uint8Array, format: string): Uint8Array {
  return formatSampanDatagram("ask", nonce, cookie, encodeUtf8(format));
}

export function formatTold(nonce: Uint8Array, told: TimeTold): Uint8Array {
  const times = new Uint8Array(timesBytes);
  const view = new DataView(times.buffer);
  view.setBigUint64(0, BigInt(told.receivedMicros));
  view.setBigUint64(8, BigInt(told.sentMicros));
  times[16] = told.isComplaint ? 1 : 0;
  return formatSampanDatagram("told", nonce, times, encodeUtf8(told.text));
}

/** Reads what stands behind the nonce; undefined for what is no answer. */
export function parseTold(body: Uint8Array): TimeTold | undefined {
  if (body.length < nonceBytes + timesBytes) return undefined;
  const view = new DataView(body.buffer, body.byteOffset + nonceBytes, body.length - nonceBytes);
  const [received, sent] = [view.getBigUint64(0), view.getBigUint64(8)];
  if (received > Number.MAX_SAFE_INTEGER || sent > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    receivedMicros: Number(received),
    sentMicros: Number(sent),
    isComplaint: view.getUint8(16) === 1,
    text: decoder.decode(body.subarray(nonceBytes + timesBytes)),
  };
}
