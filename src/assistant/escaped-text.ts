import type { TextEncoding } from "../service/text-encoding.js";
import { SampanError } from "../wire/sampan-error.js";

/*
 * Text as people type it, with escapes for what they cannot type:
 *
 *     \n \r \t \0 \\    line feed, carriage return, tabulator, NUL, a backslash
 *     \x41              one byte
 *     \u4f60 \u{1f600}  one character, in the encoding that is in use
 *
 * A backslash before anything else is an error, and is shown where it stands: a wrong byte is worse than a question.
 */
const escape = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|([nrt0\\]))/iy;

const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/** Text of which some characters stand for themselves as bytes. */
export type TextPart = string | Uint8Array;

/** Typed text in parts: text to encode, and bytes that were written as `\x..`. E_USAGE for an unknown escape. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let plain = "";
  let bytes: number[] = [];
  const flush = (): void => {
    if (plain !== "") parts.push(plain);
    if (bytes.length > 0) parts.push(Uint8Array.from(bytes));
    plain = "";
    bytes = [];
  };
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("\\", at);
    const end = next < 0 ? text.length : next;
    if (end > at) {
      if (bytes.length > 0) flush();
      plain += text.slice(at, end);
    }
    if (next < 0) break;
    escape.lastIndex = next;
    const [whole, hex, short, long, letter = ""] = escape.exec(text) ?? unknownEscape(text, next);
    if (hex === undefined) {
      if (bytes.length > 0) flush();
      plain += letters[letter.toLowerCase()] ?? character(short ?? long ?? "", text, next);
    } else {
      if (plain !== "") flush();
      bytes.push(Number.parseInt(hex, 16));
    }
    at = next + whole.length;
  }
  flush();
  return parts;
}

/** The bytes of typed text, in an encoding. */
export function typedBytes(text: string, encoding: TextEncoding): Uint8Array {
  return partBytes(textParts(text), encoding);
}

export function partBytes(parts: readonly TextPart[], encoding: TextEncoding): Uint8Array {
  return joinBytes(parts.map((part) => (typeof part === "string" ? encoding.encode(part) : part)));
}

/** Bytes written in hex: pairs of digits with or without spaces, commas, colons or `0x` between. E_USAGE for anything else. */
export function hexBytes(text: string): Uint8Array {
  const words = text.split(/[\s,:;_-]+/).filter((word) => word !== "");
  const digits = words.map((word) => word.replace(/^0x(?=.)/i, ""));
  for (const [index, word] of digits.entries()) {
    if (/[^0-9a-f]/i.test(word)) {
      throw new SampanError("E_USAGE", `"${words[index]}" is not hex; write bytes as 01 03 ff, or 0103ff`);
    }
    if (word.length % 2 !== 0) {
      throw new SampanError(
        "E_USAGE",
        `"${words[index]}" has half a byte; each byte is two digits, such as 0${word.at(-1)}`,
      );
    }
  }
  const all = digits.join("");
  return Uint8Array.from({ length: all.length / 2 }, (_, at) => Number.parseInt(all.slice(2 * at, 2 * at + 2), 16));
}

/** The parts in one, which shares no memory with them. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function character(hex: string, text: string, at: number): string {
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return unknownEscape(text, at);
  return String.fromCodePoint(code);
}

function unknownEscape(text: string, at: number): never {
  const found = /^\\(?:u\{[^}]{0,8}\}?|[xu]?.{0,4})/s.exec(text.slice(at))?.[0] ?? "\\";
  throw new SampanError(
    "E_USAGE",
    `"${found}" at character ${at + 1} is no escape; there are \\n \\r \\t \\0 \\\\ \\x41 \\u4f60 \\u{1f600}`,
  );
}
