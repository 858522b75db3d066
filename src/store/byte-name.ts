import { readdirSync } from "node:fs";

/*
 * Linux takes any bytes but "/" and NUL as a name. Within this folder a byte that is not part of any UTF-8 stands in a
 * name as U+DC00 and the byte, half of a surrogate pair: no name that is UTF-8 and no path from a peer has one. So such
 * a name can be removed as it is; it never travels, and is shown with the bytes escaped, as `caf\xe9`.
 */

const byteBase = 0xdc00;
const strayByte = /[\udc80-\udcff]/u;
const strayBytes = /[\udc80-\udcff]/gu;

/** The names in a folder, unsorted. */
export function namesIn(native: string | Buffer): string[] {
  const names = readdirSync(native, { encoding: "utf8" });
  if (!names.some((name) => name.includes("\ufffd"))) return names;
  return readdirSync(native, { encoding: "buffer" }).map(decodeName);
}

/** Whether a name, or a part of a path, is not UTF-8. */
export function isByteName(path: string): boolean {
  return strayByte.test(path);
}

/** A name as the system gave it. */
export function decodeName(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return text;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    name += character ?? String.fromCharCode(byteBase + (bytes[at] as number));
    at += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return name;
}

function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let length = 1; length <= 4; length++) {
    const part = bytes.subarray(at, at + length);
    const text = part.toString();
    if (Buffer.from(text).equals(part)) return text;
  }
  return undefined;
}

/** What the system is to be asked with for a path in which such names may stand. */
export function nativePath(path: string): string | Buffer {
  if (!isByteName(path)) return path;
  const parts = path.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.from([part.charCodeAt(0) - byteBase]))),
  );
}

/** The path as it is shown, and told to a peer. */
export function escapeBytes(path: string): string {
  return path.replace(strayBytes, (half) => `\\x${(half.charCodeAt(0) - byteBase).toString(16)}`);
}
