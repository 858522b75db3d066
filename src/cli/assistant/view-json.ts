import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { plainHex } from "../../assistant/hex-view.js";
import { wholeText } from "../../assistant/shown-text.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import { isoMicroseconds } from "../../wire/iso-time.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import type { AssistantView, HeldOutput, SessionPlace } from "./view.js";

/** One JSON event a line, as docs/assistant.md has them. */
export class JsonView implements AssistantView {
  readonly #encoding: TextEncoding;
  readonly #output: HeldOutput;

  constructor(encoding: TextEncoding, output: HeldOutput) {
    this.#encoding = encoding;
    this.#output = output;
  }

  begin({ role, address, port, fingerprint }: SessionPlace): void {
    const event = role === "connect" ? "connected" : "listening";
    this.#output.write(jsonLine({ event, address, port, ...(fingerprint === undefined ? {} : { fingerprint }) }));
  }

  event(event: ExchangeEvent): void {
    this.#output.write(jsonLine(this.#json(event)));
  }

  note(): void {}
  prompt(): void {}

  async close(): Promise<void> {
    await this.#output.drained();
  }

  #json(event: ExchangeEvent): JsonEvent {
    const head = {
      event: event.event,
      time: isoMicroseconds(event.time),
      ...(event.id === undefined ? {} : { id: event.id }),
    };
    switch (event.event) {
      case "opened":
        return { ...head, peer: event.peer, kind: event.kind };
      case "chunk":
        return { ...head, dir: event.dir, ...this.#bytes(event.bytes) };
      case "frame":
        return { ...head, dir: event.dir, number: event.number, ...this.#bytes(event.bytes) };
      case "sent":
        return { ...head, cause: event.cause, ...this.#bytes(event.bytes) };
      case "checksum": {
        const { dir, name, ok, got, expected } = event;
        return { ...head, dir, name, ok, got: plainHex(got), expected: plainHex(expected) };
      }
      case "reply":
        return { ...head, rule: event.rule };
      case "ended":
        return { ...head, dir: event.dir };
      case "closed":
      case "problem":
        return event.error === undefined ? head : { ...head, code: event.error.code, message: event.error.message };
    }
  }

  /** `text` only if the bytes are text of the encoding. */
  #bytes(bytes: Uint8Array): { bytes: number; hex: string; text?: string } {
    const text = wholeText(bytes, this.#encoding);
    return { bytes: bytes.length, hex: plainHex(bytes), ...(text === undefined ? {} : { text }) };
  }
}
