import { bytesOfHex, toHex } from "../hex.js";
import { SampanError } from "../sampan-error.js";
import { encodeUtf8 } from "../utf8.js";

/*
 * The text of delimiters: `\r\n|\0`. Characters stand for their UTF-8 bytes; `\n \r \t \0 \xHH` are bytes, `\\ \| \,`
 * the characters that would otherwise mean something here or in a rule. One that is `0x` and hex digits is those bytes.
 */

const escapes: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  "0": 0,
  "\\": 0x5c,
  "|": 0x7c,
  ",": 0x2c,
};
const letters = new Map(Object.entries(escapes).map(([letter, byte]) => [byte, letter]));

/** Delimiters as `parseDelimiters` reads them. */
export function delimiterText(delimiters: readonly Uint8Array[]): string {
  return delimiters.map(textOf).join("|");
}

/** E_USAGE for an escape that there is not, and for an empty delimiter. */
export function parseDelimiters(text: string): Uint8Array[] {
  return splitUnescaped(text, "|").map((piece) => {
    if (piece === "")
      throw new SampanError("E_USAGE", `an empty delimiter in "${text}": write delim=\\n or delim=\\r\\n|\\0`);
    return bytesOf(piece);
  });
}

/** The parts of `text` between separators that have no backslash in front. */
export function splitUnescaped(text: string, separator: string): string[] {
  const parts = [""];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === separator) parts.push("");
    else parts[parts.length - 1] += character === "\\" ? character + (text[++at] ?? "") : character;
  }
  return parts;
}

function textOf(delimiter: Uint8Array): string {
  const text = Array.from(delimiter, (byte, at) => {
    const letter = letters.get(byte);
    if (letter !== undefined) return `\\${letter}`;
    // A space at an edge would be taken for one between options.
    const isInside = at > 0 && at < delimiter.length - 1;
    const isPlain = (byte > 0x20 && byte < 0x7f) || (byte === 0x20 && isInside);
    return isPlain ? String.fromCharCode(byte) : escaped(byte);
  }).join("");
  return text.startsWith("0x") ? escaped(0x30) + text.slice(1) : text;
}

function escaped(byte: number): string {
  return `\\x${toHex(Uint8Array.of(byte))}`;
}

function bytesOf(piece: string): Uint8Array {
  if (/^0x/i.test(piece)) {
    const bytes = bytesOfHex(piece.slice(2));
    if (bytes !== undefined && bytes.length > 0) return bytes;
    throw new SampanError(
      "E_USAGE",
      `"${piece}" has to be 0x and pairs of hex digits, as in 0x0d0a; as text: \\x30${piece.slice(1)}`,
    );
  }
  const bytes: number[] = [];
  for (let at = 0; at < piece.length; ) {
    const character = String.fromCodePoint(piece.codePointAt(at) as number);
    at += character.length;
    if (character !== "\\") {
      bytes.push(...encodeUtf8(character));
      continue;
    }
    const isHex = piece[at] === "x";
    const [byte] = isHex ? (bytesOfHex(piece.slice(at + 1, at + 3)) ?? []) : [escapes[piece[at] ?? ""]];
    if (byte === undefined) {
      const bad = piece.slice(at - 1, at + (isHex ? 3 : 1));
      throw new SampanError("E_USAGE", `no escape is written ${bad}: there are \\n \\r \\t \\0 \\xHH \\\\ \\| and \\,`);
    }
    bytes.push(byte);
    at += isHex ? 3 : 1;
  }
  return Uint8Array.from(bytes);
}
