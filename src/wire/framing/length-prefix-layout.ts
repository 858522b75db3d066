import { toHex } from "../hex.js";
import { SampanError } from "../sampan-error.js";
import { type FrameLimit, limitText } from "./frame-limit.js";
import type { LengthWidth } from "./length-field.js";

export interface LengthPrefixOptions extends FrameLimit {
  /** Bytes of the length field. */
  readonly width: LengthWidth;
  /** Needed for fields of more than one byte. */
  readonly order?: "big" | "little" | undefined;
  /** A signed field; a negative length is E_PROTOCOL. Without it the number is unsigned. */
  readonly signed?: boolean | undefined;
  /** Bytes in front of the length field; 0. */
  readonly offset?: number | undefined;
  /** Bytes that follow the length field beyond those it counts; negative if it counts some before them; 0. */
  readonly adjust?: number | undefined;
  /** Instead of `adjust`: does the length count what follows it, the field too, or all from the frame's start? "body". */
  readonly counts?: "body" | "field" | "frame" | undefined;
  /** Bytes that the decoder drops from the frame's front, at most all of the head; all of it. */
  readonly strip?: number | undefined;
  /** What the encoder writes in front of the length field, `offset` bytes; zeros. */
  readonly prefix?: Uint8Array | undefined;
}

/** Options with every default filled in and every contradiction refused. */
export interface LengthPrefixLayout {
  readonly width: LengthWidth;
  readonly littleEndian: boolean;
  readonly signed: boolean;
  readonly offset: number;
  readonly adjust: number;
  readonly stripBytes: number;
  readonly prefix: Uint8Array;
  /** Bytes up to the end of the length field. */
  readonly headBytes: number;
  /** The highest number that the field holds and JavaScript counts to. */
  readonly highestLength: number;
  text(maxFrameBytes: number): string;
}

export const highestOffset = 65_535;
export const highestAdjust = 2 ** 30;

export function lengthPrefixLayout(options: LengthPrefixOptions): LengthPrefixLayout {
  const { width, order, signed = false, offset = 0, strip } = options;
  if (![1, 2, 3, 4, 8].includes(width)) refuse(`a length field has 1, 2, 3, 4 or 8 bytes, not ${width}`);
  if (width > 1 && order === undefined) refuse(`a length of ${width} bytes needs an order: big or little`);
  wholeIn("offset", offset, 0, highestOffset);
  const headBytes = offset + width;
  const adjust = adjustOf(options, headBytes);
  const stripBytes = wholeIn("strip", strip ?? headBytes, 0, headBytes);
  const prefix = Uint8Array.from(options.prefix ?? new Uint8Array(offset));
  if (prefix.length !== offset) {
    refuse(`the prefix must have as many bytes as stand before the length, ${offset}, not ${prefix.length}`);
  }
  const littleEndian = order === "little";
  const highestLength = Math.min(2 ** (8 * width - (signed ? 1 : 0)) - 1, Number.MAX_SAFE_INTEGER);
  const layout = { width, littleEndian, signed, offset, adjust, stripBytes, prefix, headBytes, highestLength };
  return { ...layout, text: (maxFrameBytes) => textOf(layout, maxFrameBytes) };
}

function adjustOf({ width, adjust, counts }: LengthPrefixOptions, headBytes: number): number {
  if (counts === undefined) return wholeIn("adjust", adjust ?? 0, -highestAdjust, highestAdjust);
  if (adjust !== undefined) refuse("adjust and counts say the same in two ways: give one of them");
  if (counts === "body") return 0;
  return counts === "field" ? -width : -headBytes;
}

function textOf(layout: Omit<LengthPrefixLayout, "text">, maxFrameBytes: number): string {
  const { width, littleEndian, signed, offset, adjust, stripBytes, prefix, headBytes } = layout;
  let text = `${signed ? "i" : "u"}${8 * width}`;
  if (width > 1) text += littleEndian ? "le" : "be";
  if (offset > 0) text += `,offset=${offset}`;
  if (adjust !== 0) text += `,adjust=${adjust}`;
  if (stripBytes === 0) text += ",keep";
  else if (stripBytes !== headBytes) text += `,strip=${stripBytes}`;
  if (prefix.some((byte) => byte !== 0)) text += `,prefix=${toHex(prefix)}`;
  return text + limitText(maxFrameBytes);
}

function wholeIn(name: string, value: number, least: number, most: number): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    refuse(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  }
  return value;
}

function refuse(message: string): never {
  throw new SampanError("E_USAGE", message);
}
