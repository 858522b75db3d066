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
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw new SampanError("E_PROTOCOL", "a digest must be 64 lower-case hex digits");
  }
  const bytes = new Uint8Array(digestBytes);
  for (let at = 0; at < digestBytes; at++) bytes[at] = Number.parseInt(value.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
