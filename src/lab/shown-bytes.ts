import { printable } from "../wire/wire-path.js";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Bytes as one line: text where they are text, the others as hex between marks, `‹05000000›hello`. Bytes that are not
 * UTF-8 as a whole are taken one by one. Spaces are made visible.
 */
export function shownBytes(bytes: Uint8Array): string {
  let shown = "";
  let hex = "";
  for (const unit of unitsOf(bytes)) {
    if (typeof unit === "string") {
      shown += marked(hex) + unit;
      hex = "";
    } else hex += Buffer.from(unit).toString("hex");
  }
  return (shown + marked(hex)).replaceAll(" ", "␣");
}

function marked(hex: string): string {
  return hex === "" ? "" : `‹${hex}›`;
}

/** Characters that can be printed, and the bytes between them. */
function unitsOf(bytes: Uint8Array): (string | Uint8Array)[] {
  try {
    const characters = Array.from(strictUtf8.decode(bytes));
    return characters.map((character) => (printable(character) === character ? character : Buffer.from(character)));
  } catch {
    return Array.from(bytes, (byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : Uint8Array.of(byte)));
  }
}
