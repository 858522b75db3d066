import type { TextEncoding, TextStream } from "../service/text-encoding.js";

/** A character with the bytes that it was; no text if the bytes are no character. */
export interface StreamCharacter {
  readonly text: string | undefined;
  readonly bytes: readonly number[];
}

/** Takes a stream byte after byte, so that it is known which bytes are which character, and which are none. */
export class CharacterStream {
  readonly #encoding: TextEncoding;
  #decoder: TextStream;
  #begun: number[] = [];

  constructor(encoding: TextEncoding) {
    this.#encoding = encoding;
    this.#decoder = encoding.decoder();
  }

  /** Whether the bytes so far end with a whole character. */
  get isWhole(): boolean {
    return this.#begun.length === 0;
  }

  /** The characters that the next byte completes: mostly none or one. */
  push(byte: number): StreamCharacter[] {
    this.#begun.push(byte);
    const text = this.#decoder.decode(Uint8Array.of(byte));
    if (text === "") return [];
    if (!text.includes("\ufffd")) return [this.#take(text, this.#begun)];
    // What stood before this byte was no character. The byte itself may be one, or begin one.
    const bad = this.#begun.length > 1 ? this.#begun.slice(0, -1) : this.#begun;
    const alone = bad === this.#begun;
    this.#decoder = this.#encoding.decoder();
    const given = this.#take(undefined, bad);
    return alone ? [given] : [given, ...this.push(byte)];
  }

  /** What was begun and never completed. */
  end(): StreamCharacter[] {
    this.#decoder = this.#encoding.decoder();
    return this.isWhole ? [] : [this.#take(undefined, this.#begun)];
  }

  #take(text: string | undefined, bytes: readonly number[]): StreamCharacter {
    this.#begun = [];
    return { text, bytes };
  }
}
