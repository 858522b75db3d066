import type { TextEncoding } from "../service/text-encoding.js";
import { printable } from "../wire/wire-path.js";
import { CharacterStream, type StreamCharacter } from "./character-stream.js";

const letters: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\\": "\\\\" };

/** Text on one line: what a terminal would obey, or not show, as the escapes that `typedBytes` reads. */
export function shownText(text: string): string {
  const known = text.replace(
    /[\n\r\t\0\\\u0080-\u009f]/g,
    (character) => letters[character] ?? `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return printable(known, known.length);
}

/**
 * The text of one direction of one stream, chunk by chunk. A character that is cut between two chunks stands in the
 * second. Bytes that are no text are shown as `\x..`.
 */
export class ShownStream {
  readonly #encoding: TextEncoding;
  #characters: CharacterStream;

  constructor(encoding: TextEncoding) {
    this.#encoding = encoding;
    this.#characters = new CharacterStream(encoding);
  }

  show(bytes: Uint8Array): string {
    const whole = this.#characters.isWhole ? wholeText(bytes, this.#encoding) : undefined;
    if (whole !== undefined) return shownText(whole);
    let shown = "";
    for (const byte of bytes) shown += shownCharacters(this.#characters.push(byte));
    return shown;
  }

  /** What was begun and never finished. */
  end(): string {
    return shownCharacters(this.#characters.end());
  }
}

/** The text of bytes that stand alone, as one frame does. */
export function shownBytes(bytes: Uint8Array, encoding: TextEncoding): string {
  const stream = new ShownStream(encoding);
  return stream.show(bytes) + stream.end();
}

/** The text that bytes are in an encoding; undefined if they are none, or not the bytes that the text would be sent as. */
export function wholeText(bytes: Uint8Array, encoding: TextEncoding): string | undefined {
  const stream = encoding.decoder();
  const text = stream.decode(bytes) + stream.end();
  if (text.includes("\ufffd")) return undefined;
  const again = encoding.encode(text);
  return again.length === bytes.length && again.every((byte, at) => byte === bytes[at]) ? text : undefined;
}

function shownCharacters(characters: readonly StreamCharacter[]): string {
  let shown = "";
  for (const { text, bytes } of characters) {
    shown +=
      text === undefined ? bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("") : shownText(text);
  }
  return shown;
}
