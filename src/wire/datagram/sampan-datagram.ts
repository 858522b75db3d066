/*
 * A datagram of sampan's own. The first byte can begin neither a text in UTF-8 nor a question to a time server (its
 * mode would be 6), so the three live on one port.
 *
 *   FE 53 50 4E | u8 kind | …
 *
 *   1  echo     any bytes                                   answered by 2 with the same bytes
 *   2  echoed   the same bytes
 *   3  who      nonce (8)                                   who serves here? Answered by 4, nearby only
 *   4  here     nonce (8) | UTF-8 JSON: see server-facts.ts
 *   5  ask      nonce (8) | cookie (8) | UTF-8 strftime format, or nothing
 *   6  told     nonce (8) | u64 received | u64 sent, microseconds since 1970 | u8 0, or 1: a complaint | UTF-8 text
 *   7  cookie   nonce (8) | cookie (8)                      ask again with this cookie
 */

export const datagramKinds = { echo: 1, echoed: 2, who: 3, here: 4, ask: 5, told: 6, cookie: 7 } as const;

export type DatagramKind = keyof typeof datagramKinds;

export interface SampanDatagram {
  readonly kind: DatagramKind;
  /** What stands behind the kind. */
  readonly body: Uint8Array;
}

export const nonceBytes = 8;
export const cookieBytes = 8;

const magic = [0xfe, 0x53, 0x50, 0x4e] as const;
const headBytes = magic.length + 1;
const kindsByNumber = new Map<number, DatagramKind>(
  Object.entries(datagramKinds).map(([name, number]) => [number, name as DatagramKind]),
);

export function hasMagic(bytes: Uint8Array): boolean {
  return bytes.length >= headBytes && magic.every((byte, at) => bytes[at] === byte);
}

/** Reads a datagram that has the magic bytes; undefined for a kind of a later version. */
export function parseSampanDatagram(bytes: Uint8Array): SampanDatagram | undefined {
  const kind = hasMagic(bytes) ? kindsByNumber.get(bytes[magic.length] ?? 0) : undefined;
  return kind === undefined ? undefined : { kind, body: bytes.subarray(headBytes) };
}

export function formatSampanDatagram(kind: DatagramKind, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, headBytes);
  const bytes = new Uint8Array(length);
  bytes.set([...magic, datagramKinds[kind]]);
  let at = headBytes;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
