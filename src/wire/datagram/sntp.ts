import { SampanError } from "../sampan-error.js";

/*
 * A packet of NTP, as a simple client and server use it (RFC 4330, RFC 5905):
 *
 *    0  u8   leap (2 bits) | version (3) | mode (3: 3 a client, 4 a server)
 *    1  u8   stratum         2  i8  poll         3  i8  precision, as a power of two seconds
 *    4  u32  root delay      8  u32 root dispersion, both 16.16 seconds         12  reference id
 *   16  u64  reference timestamp      24  u64  origin: the question's transmit timestamp
 *   32  u64  receive timestamp        40  u64  transmit timestamp
 *
 * A timestamp is seconds since 1900 (modulo 2^32) and a fraction, 32 bits each. What follows, keys and extensions, is
 * not for us.
 */

export const sntpBytes = 48;

const clientMode = 3;
const serverMode = 4;
const version = 4;

/** Seconds from 1900 to 1970. */
const epochSeconds = 2_208_988_800;

/**
 * A clock that nobody vouches for: the stratum and name that servers give to their own clock when they follow no other
 * one, and 100 ms as the error to reckon with.
 */
const localStratum = 10;
const localName = [0x4c, 0x4f, 0x43, 0x4c] as const; // LOCL
const localDispersion = 0x1999;
const microsecondPrecision = -20;

/** Answers a client's packet of at least 48 bytes, the times being microseconds since 1970. */
export function answerSntp(question: Uint8Array, receivedMicros: number, sentMicros: number): Uint8Array {
  const bytes = new Uint8Array(sntpBytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = ((question[0] ?? 0) & 0b00_111_000) | serverMode;
  bytes[1] = localStratum;
  bytes[2] = question[2] ?? 0;
  view.setInt8(3, microsecondPrecision);
  view.setUint32(8, localDispersion);
  bytes.set(localName, 12);
  writeTimestamp(view, 16, receivedMicros);
  bytes.set(question.subarray(40, 48), 24);
  writeTimestamp(view, 32, receivedMicros);
  writeTimestamp(view, 40, sentMicros);
  return bytes;
}

/** A question; the server sends `token` back, 8 bytes that nobody can guess. */
export function askSntp(token: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(sntpBytes);
  bytes[0] = (version << 3) | clientMode;
  bytes.set(token, 40);
  return bytes;
}

export interface SntpAnswer {
  readonly stratum: number;
  /** Whether the server says that its clock follows another one. */
  readonly synchronized: boolean;
  /** Microseconds since 1970 on the server's clock. */
  readonly receivedMicros: number;
  readonly sentMicros: number;
}

/** Reads the answer to a question with `token`; undefined for what is no such answer, E_BUSY for a refusal. */
export function parseSntpAnswer(bytes: Uint8Array, token: Uint8Array): SntpAnswer | undefined {
  if (bytes.length < sntpBytes || ((bytes[0] ?? 0) & 7) !== serverMode) return undefined;
  if (token.some((byte, at) => bytes[24 + at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stratum = view.getUint8(1);
  if (stratum === 0) {
    const code = String.fromCharCode(...bytes.subarray(12, 16)).replace(/[^A-Z]/g, "");
    throw new SampanError("E_BUSY", `the time server refuses to answer (${code || "without a reason"}); try later`);
  }
  if (view.getUint32(40) === 0) return undefined;
  const leap = view.getUint8(0) >> 6;
  return {
    stratum,
    synchronized: leap !== 3 && stratum < 16,
    receivedMicros: readTimestamp(view, 32),
    sentMicros: readTimestamp(view, 40),
  };
}

function writeTimestamp(view: DataView, at: number, micros: number): void {
  const seconds = Math.floor(micros / 1e6);
  view.setUint32(at, (seconds + epochSeconds) % 2 ** 32);
  view.setUint32(at + 4, Math.round(((micros - seconds * 1e6) / 1e6) * 2 ** 32) % 2 ** 32);
}

/** Seconds with the highest bit clear are those from 2036 on (RFC 4330, section 3). */
function readTimestamp(view: DataView, at: number): number {
  const seconds = view.getUint32(at);
  const since1900 = seconds >= 2 ** 31 ? seconds : seconds + 2 ** 32;
  return (since1900 - epochSeconds) * 1e6 + Math.round((view.getUint32(at + 4) / 2 ** 32) * 1e6);
}
