import type { ErrorCode } from "../../../src/wire/error-code.js";
import type { Outcome } from "./replay.js";

/*
 * Each rule as anybody would write it who has all bytes at once and no haste. None of it is taken from the decoders, and
 * each function says on its own what is too large.
 */

export interface NaiveLayout {
  width: number;
  signed: boolean;
  little: boolean;
  offset: number;
  adjust: number;
  strip: number;
  max: number;
}

type Ending = Outcome["end"];

class Sheet {
  readonly frames: string[] = [];
  give(bytes: Uint8Array): void {
    this.frames.push(Buffer.from(bytes).toString("hex"));
  }
  ends(end: Ending): Outcome {
    return { frames: this.frames, end };
  }
}

export function naiveLengthPrefix(bytes: Buffer, layout: NaiveLayout): Outcome {
  const { width, signed, little, offset, adjust, strip, max } = layout;
  const sheet = new Sheet();
  let rest = bytes;
  for (;;) {
    if (rest.length === 0) return sheet.ends("clean");
    const head = offset + width;
    if (rest.length < head) return sheet.ends("inside");
    const field = Buffer.from(rest.subarray(offset, head));
    if (little) field.reverse();
    const unsigned = BigInt(`0x${field.toString("hex")}`);
    const value = signed ? BigInt.asIntN(8 * width, unsigned) : unsigned;
    if (value < 0n) return sheet.ends("E_PROTOCOL");
    const whole = BigInt(head) + value + BigInt(adjust);
    if (whole < head) return sheet.ends("E_PROTOCOL");
    if (whole - BigInt(strip) > max) return sheet.ends("E_TOO_LARGE");
    if (rest.length < whole) return sheet.ends("inside");
    sheet.give(rest.subarray(strip, Number(whole)));
    rest = rest.subarray(Number(whole));
  }
}

export function naiveVarint(bytes: Buffer, max: number): Outcome {
  const sheet = new Sheet();
  let at = 0;
  while (at < bytes.length) {
    const groups: number[] = [];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) return sheet.ends("inside");
      groups.push(byte % 128);
      if (byte < 128) break;
      if (groups.length === 5) return sheet.ends("E_PROTOCOL");
    }
    if (groups.length > 1 && groups.at(-1) === 0) return sheet.ends("E_PROTOCOL");
    const length = groups.reduceRight((sum, group) => sum * 128 + group, 0);
    if (length > max) return sheet.ends("E_TOO_LARGE");
    if (bytes.length - at < length) return sheet.ends("inside");
    sheet.give(bytes.subarray(at, at + length));
    at += length;
  }
  return sheet.ends("clean");
}

export function naiveNetstring(bytes: Buffer, max: number): Outcome {
  const sheet = new Sheet();
  let rest = bytes;
  while (rest.length > 0) {
    const [digits = ""] = /^\d*/.exec(rest.toString("latin1")) ?? [];
    // A zero in front is wrong as soon as a digit follows; a length too large as soon as its digits say so.
    for (let count = 1; count <= digits.length; count++) {
      if (count > 1 && digits.startsWith("0")) return sheet.ends("E_PROTOCOL");
      if (Number(digits.slice(0, count)) > max) return sheet.ends("E_TOO_LARGE");
    }
    if (digits.length === rest.length) return sheet.ends("inside");
    if (digits === "" || rest[digits.length] !== 0x3a) return sheet.ends("E_PROTOCOL");
    const start = digits.length + 1;
    const end = start + Number(digits);
    if (end >= rest.length) return sheet.ends("inside");
    if (rest[end] !== 0x2c) return sheet.ends("E_PROTOCOL");
    sheet.give(rest.subarray(start, end));
    rest = rest.subarray(end + 1);
  }
  return sheet.ends("clean");
}

export function naiveFixed(bytes: Buffer, size: number): Outcome {
  const sheet = new Sheet();
  const whole = bytes.length - (bytes.length % size);
  for (let at = 0; at < whole; at += size) sheet.give(bytes.subarray(at, at + size));
  return sheet.ends(whole === bytes.length ? "clean" : "inside");
}

export function naiveDelimiter(bytes: Buffer, delimiters: readonly Buffer[], keep: boolean, max: number): Outcome {
  const sheet = new Sheet();
  const longestFirst = [...delimiters].sort((a, b) => b.length - a.length);
  let start = 0;
  let isOver = false;
  const give = (place: number, delimiter: Buffer): boolean => {
    const frame = bytes.subarray(start, keep ? place + delimiter.length : place);
    if (frame.length > max) return false;
    sheet.give(frame);
    start = place + delimiter.length;
    return true;
  };
  search: for (;;) {
    for (let place = start; place < bytes.length; place++) {
      const rest = bytes.subarray(place);
      const mayCome =
        !isOver && longestFirst.some((one) => one.length > rest.length && one.subarray(0, rest.length).equals(rest));
      if (mayCome) {
        if (place - start > max) return sheet.ends("E_TOO_LARGE");
        isOver = true;
        continue search;
      }
      const found = longestFirst.find((one) => rest.subarray(0, one.length).equals(one));
      if (found === undefined) continue;
      if (!give(place, found)) return sheet.ends(isOver ? "inside" : "E_TOO_LARGE");
      continue search;
    }
    if (start === bytes.length) return sheet.ends("clean");
    return sheet.ends(!isOver && bytes.length - start > max ? "E_TOO_LARGE" : "inside");
  }
}

export function naiveLine(bytes: Buffer, max: number, skipsBlank: boolean): Outcome {
  const sheet = new Sheet();
  const lines = bytes.toString("latin1").split("\n");
  const rest = lines.pop() ?? "";
  for (const line of lines) {
    const text = line.replace(/\r$/, "");
    if (text.length > max) return sheet.ends("E_TOO_LARGE");
    if (!skipsBlank || /[^ \t\r]/.test(text)) sheet.give(Buffer.from(text, "latin1"));
  }
  if (rest.length > max) return sheet.ends(rest.length === max + 1 && rest.endsWith("\r") ? "inside" : "E_TOO_LARGE");
  if (rest !== "" && (!skipsBlank || /[^ \t\r]/.test(rest))) sheet.give(Buffer.from(rest, "latin1"));
  return sheet.ends("clean");
}

export function naiveSlip(bytes: Buffer, max: number): Outcome {
  const sheet = new Sheet();
  let frame: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at++] as number;
    if (byte === 0xc0) {
      if (frame.length > 0) sheet.give(Buffer.from(frame));
      frame = [];
      continue;
    }
    if (byte === 0xdb) {
      const next = bytes[at++];
      if (next === undefined) return sheet.ends("inside");
      if (next !== 0xdc && next !== 0xdd) return sheet.ends("E_PROTOCOL");
      frame.push(next === 0xdc ? 0xc0 : 0xdb);
    } else frame.push(byte);
    if (frame.length > max) return sheet.ends("E_TOO_LARGE");
  }
  return sheet.ends(frame.length > 0 ? "inside" : "clean");
}

export function naiveCobs(bytes: Buffer, max: number): Outcome {
  const sheet = new Sheet();
  let start = 0;
  while (start < bytes.length) {
    const zero = bytes.indexOf(0, start);
    const piece = bytes.subarray(start, zero < 0 ? bytes.length : zero);
    const frame: number[] = [];
    for (let at = 0; at < piece.length; ) {
      const code = piece[at] as number;
      if (at > 0 && piece[at - previousLength(piece, at)] !== 255) frame.push(0);
      if (frame.length + code - 1 > max) return sheet.ends("E_TOO_LARGE");
      if (at + code > piece.length) return sheet.ends(zero < 0 ? "inside" : "E_PROTOCOL");
      frame.push(...piece.subarray(at + 1, at + code));
      at += code;
    }
    if (zero < 0) return sheet.ends("inside");
    if (piece.length > 0) sheet.give(Buffer.from(frame));
    start = zero + 1;
  }
  return sheet.ends("clean");
}

/** The code of the block in front of the one at `at`. */
function previousLength(piece: Buffer, at: number): number {
  let block = 0;
  while (block + (piece[block] as number) < at) block += piece[block] as number;
  return piece[block] as number;
}

export function naiveJsonHeader(bytes: Buffer, keys: readonly string[], max: number): Outcome {
  const sheet = new Sheet();
  let rest = bytes;
  while (rest.length > 0) {
    if (rest.length < 4) return sheet.ends("inside");
    const length = rest.readInt32LE(0);
    if (length <= 0) return sheet.ends("E_PROTOCOL");
    if (length > 65_536 || 4 + length > max) return sheet.ends("E_TOO_LARGE");
    if (rest.length < 4 + length) return sheet.ends("inside");
    const size = sizeIn(rest.subarray(4, 4 + length), keys);
    if (typeof size === "string") return sheet.ends(size);
    const whole = 4 + length + size;
    if (whole > max) return sheet.ends("E_TOO_LARGE");
    if (rest.length < whole) return sheet.ends("inside");
    sheet.give(rest.subarray(0, whole));
    rest = rest.subarray(whole);
  }
  return sheet.ends("clean");
}

function sizeIn(json: Buffer, keys: readonly string[]): number | ErrorCode {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json));
  } catch {
    return "E_PROTOCOL";
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) return "E_PROTOCOL";
  const sizes = keys.filter((key) => Object.hasOwn(header, key)).map((key) => (header as Record<string, unknown>)[key]);
  if (sizes.length === 0) return Object.keys(header).length === 0 ? 0 : "E_PROTOCOL";
  const [size] = sizes;
  return typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : "E_PROTOCOL";
}
