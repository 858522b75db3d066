import { SampanError } from "./sampan-error.js";

const digits = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Lower-case hex. Made in one go: a string put together piece by piece is flattened again by whoever reads it. */
export function toHex(bytes: Uint8Array): string {
  const codes = new Array<number>(bytes.length * 2);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    codes[2 * at] = digits[byte >> 4] as number;
    codes[2 * at + 1] = digits[byte & 15] as number;
  }
  return String.fromCharCode(...codes);
}

export const digestBytes = 32;

/** Reads a digest as it stands in headers: 64 lower-case hex digits. */
export function digestFromHex(value: unknown): Uint8Array {
  const bytes = new Uint8Array(digestBytes);
  if (typeof value === "string" && value.length === 2 * digestBytes && fromHex(value, bytes)) return bytes;
  throw new SampanError("E_PROTOCOL", "a digest must be 64 lower-case hex digits");
}

/** Reads pairs of hex digits, upper or lower case; undefined for anything else. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length >> 1);
  return text.length % 2 === 0 && fromHex(text.toLowerCase(), bytes) ? bytes : undefined;
}

function fromHex(text: string, into: Uint8Array): boolean {
  for (let at = 0; at < into.length; at++) {
    const high = nibble(text.charCodeAt(2 * at));
    const low = nibble(text.charCodeAt(2 * at + 1));
    if (high < 0 || low < 0) return false;
    into[at] = (high << 4) | low;
  }
  return true;
}

function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
