import { encodeUtf8 } from "../../wire/utf8.js";

const mostItems = 512;
/** UTF-16 units: as UTF-8 still below the cap of a JSON body, one more item included. */
const mostLength = 256 * 1024;

/** Items gathered into the JSON body of one message. */
export class JsonList {
  #texts: string[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#texts.length >= mostItems || this.#length >= mostLength;
  }

  add(item: unknown): void {
    const text = JSON.stringify(item);
    this.#texts.push(text);
    this.#length += text.length;
  }

  /** What was gathered since the last time; undefined if nothing was. */
  flush(): Uint8Array | undefined {
    if (this.#texts.length === 0) return undefined;
    const body = encodeUtf8(`[${this.#texts.join(",")}]`);
    this.#texts = [];
    this.#length = 0;
    return body;
  }
}
