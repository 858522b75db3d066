import { printable } from "../wire/wire-path.js";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** Bytes as one line of text: as UTF-8 where they are, else byte by byte, `\xe4`. Spaces are made visible. */
export function shownBytes(bytes: Uint8Array): string {
  try {
    return printable(strictUtf8.decode(bytes)).replaceAll(" ", "␣");
  } catch {
    return Array.from(bytes, (byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : hexEscape(byte))).join("");
  }
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
