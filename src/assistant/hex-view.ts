import type { TextEncoding } from "../service/text-encoding.js";
import { printable } from "../wire/wire-path.js";
import { CharacterStream, type StreamCharacter } from "./character-stream.js";

/** One row of a hex view. */
export interface HexRow {
  /** Where the row begins, in bytes. */
  readonly offset: number;
  /** Up to 16 bytes, `48 65 6c 6c 6f`, with one more space after the eighth. */
  readonly hex: string;
  /**
   * What stands for each byte: a character at its first byte, nothing (`""`) at its others, a dot for what cannot be
   * printed. A character that is cut by the end of a row stands in the row in which it begins.
   */
  readonly cells: readonly string[];
}

const rowBytes = 16;

/** The width of `hex` of a full row. */
export const hexColumns = rowBytes * 3;

/** Bytes as rows of 16, with the text that they are in an encoding. Without an encoding the text is ASCII. */
export function hexRows(bytes: Uint8Array, encoding?: TextEncoding): HexRow[] {
  const cells = encoding === undefined ? asciiCells(bytes) : textCells(bytes, encoding);
  const rows: HexRow[] = [];
  for (let offset = 0; offset < bytes.length; offset += rowBytes) {
    const row = bytes.subarray(offset, offset + rowBytes);
    rows.push({ offset, hex: spacedHex(row), cells: cells.slice(offset, offset + row.length) });
  }
  return rows;
}

/** `48656c6c6f`, of any length. */
export function plainHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** `48 65 6c 6c 6f`, with one more space after each eighth byte of a row. */
export function spacedHex(bytes: Uint8Array): string {
  let text = "";
  for (const [at, byte] of bytes.entries()) {
    if (at > 0) text += at % 8 === 0 ? "  " : " ";
    text += byte.toString(16).padStart(2, "0");
  }
  return text;
}

function asciiCells(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
}

function textCells(bytes: Uint8Array, encoding: TextEncoding): string[] {
  const cells: string[] = [];
  const characters = new CharacterStream(encoding);
  const place = (found: readonly StreamCharacter[]): void => {
    for (const { text, bytes } of found) {
      const sound = text !== undefined && printable(text) === text;
      for (let at = 0; at < bytes.length; at++) cells.push(!sound ? "." : at === 0 ? text : "");
    }
  };
  for (const byte of bytes) place(characters.push(byte));
  place(characters.end());
  return cells;
}
