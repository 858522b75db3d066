/** Who calls, told by the first byte: a TLS record, an HTTP verb, or the length of a plain message (below 64 KiB). */
export type Caller = "tls" | "http" | "plain" | "unknown";

const tlsHandshakeRecord = 0x16;

export function callerOf(first: number): Caller {
  if (first === tlsHandshakeRecord) return "tls";
  if (first === 0) return "plain";
  return first >= 0x41 && first <= 0x5a ? "http" : "unknown";
}
