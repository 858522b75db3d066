import { SampanError } from "./sampan-error.js";

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) text += pairs[bytes[at] as number];
  return text;
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
