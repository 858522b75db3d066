import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { headedNote } from "../../assistant/headed-message.js";
import { hexColumns, hexRows, spacedHex } from "../../assistant/hex-view.js";
import { ShownStream, shownBytes } from "../../assistant/shown-text.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import { printable } from "../../wire/wire-path.js";
import { displayWidth, padToWidth, wrapToWidth } from "../display-width.js";
import { paint, type Tone } from "../terminal.js";
import type { Show } from "./flags.js";

export interface RowSettings {
  readonly encoding: TextEncoding;
  readonly color: boolean;
  /** The width of the terminal; undefined where rows are not wrapped. */
  columns(): number | undefined;
  show(): Show;
  /** The framing rule, as text. */
  rule(): string | undefined;
}

/** Of one chunk or frame this much is shown; a log has all of it. */
const maxShownBytes = 2048;

/** `12:01:02.345  1 ` */
const stampColumns = 16;

/**
 * Events as rows of text:
 *
 *     12:01:02.345  1 ● 127.0.0.1:52110 connected
 *     12:01:02.345  1 ▸ 18 B  \0\0\0\x05hello\0\0\0\x05world
 *                     ├ frame 1, 5 B  hello
 *     12:01:02.346  1 ◂ 9 B  \0\0\0\x05again
 *     12:01:02.347  1 ○ closed
 */
export class AssistantRows {
  readonly #settings: RowSettings;
  /** The text of each direction of each stream: characters may be cut between chunks. */
  readonly #streams = new Map<string, ShownStream>();

  constructor(settings: RowSettings) {
    this.#settings = settings;
  }

  of(event: ExchangeEvent): string[] {
    switch (event.event) {
      case "opened":
        return this.#row(event, "●", `${printable(event.peer)} connected`, "good");
      case "chunk":
        return this.#data(event, event.dir === "in" ? "▸" : "◂", "", event.bytes, this.#streamText(event));
      case "sent":
        return this.#data(event, "◂", event.cause === "typed" ? "" : event.cause, event.bytes, undefined);
      case "frame":
        return this.#frame(event);
      case "checksum": {
        const { name, ok, got, expected } = event;
        if (ok) return this.#below(`✓ ${name} ${spacedHex(got)}`, "good");
        return this.#below(
          `✗ ${name} is wrong: got ${spacedHex(got) || "nothing"}, expected ${spacedHex(expected)}`,
          "warning",
        );
      }
      case "reply":
        return this.#below(`⤷ ${printable(event.rule)}`, "dim");
      case "ended":
        return this.#row(event, "◌", `${event.dir === "in" ? "the peer" : "the target"} has ended sending`, "dim");
      case "closed":
        this.#streams.delete(`${event.id} in`);
        this.#streams.delete(`${event.id} out`);
        return this.#row(
          event,
          "○",
          event.error === undefined ? "closed" : `closed: ${printable(event.error.message, 4000)}`,
          "dim",
        );
      case "problem":
        return this.#row(event, "!", `${printable(event.error.message, 4000)} (${event.error.code})`, "warning");
    }
  }

  #frame(event: ExchangeEvent & { event: "frame" }): string[] {
    const { number, bytes } = event;
    const note = headedNote(this.#settings.rule(), bytes);
    return this.#dataBelow(`├ frame ${number}, ${byteCount(bytes.length)}`, bytes, note, "strong");
  }

  #streamText({ id, dir, bytes }: ExchangeEvent & { event: "chunk" }): string {
    const key = `${id} ${dir}`;
    const stream = this.#streams.get(key) ?? new ShownStream(this.#settings.encoding);
    this.#streams.set(key, stream);
    return shortText(bytes, (some) => stream.show(some));
  }

  #data(
    stamp: { time: number; id: number },
    sign: string,
    why: string,
    bytes: Uint8Array,
    streamed: string | undefined,
  ): string[] {
    const { encoding } = this.#settings;
    const text = streamed ?? shortText(bytes, (some) => shownBytes(some, encoding));
    const head = `${byteCount(bytes.length)}${why === "" ? "" : `, ${why}`}`;
    const tone: Tone = this.#settings.rule() === undefined ? "plain" : "dim";
    const shown = this.#settings.show() === "hex" ? "" : `  ${text}`;
    return [...this.#row(stamp, sign, head + shown, tone, `${sign} ${head}  `), ...this.#hex(bytes, tone)];
  }

  #dataBelow(head: string, bytes: Uint8Array, note: string | undefined, tone: Tone): string[] {
    const { encoding } = this.#settings;
    const show = this.#settings.show();
    const text = note ?? (show === "hex" ? "" : shortText(bytes, (some) => shownBytes(some, encoding)));
    return [...this.#below(`${head}${text === "" ? "" : `  ${text}`}`, tone, `${head}  `), ...this.#hex(bytes, tone)];
  }

  #hex(bytes: Uint8Array, tone: Tone): string[] {
    if (this.#settings.show() === "text") return [];
    const rows = hexRows(bytes.subarray(0, maxShownBytes), this.#settings.encoding).map(({ offset, hex, cells }) => {
      let text = "";
      let columns = 0;
      for (const [at, cell] of cells.entries()) {
        // A character of three bytes takes two columns: the next one stands where its own byte is.
        if (cell !== "") text += " ".repeat(Math.max(0, at - columns)) + cell;
        columns = displayWidth(text);
      }
      return `  ${offset.toString(16).padStart(6, "0")}  ${padToWidth(hex, hexColumns)}  ${text}`;
    });
    const more = bytes.length - maxShownBytes;
    const rest = more > 0 ? [`  … and ${byteCount(more)} more`] : [];
    return [...rows, ...rest].map((row) => paint(row, tone, this.#settings.color));
  }

  #row(stamp: { time: number; id?: number }, sign: string, text: string, tone: Tone, indent = `${sign} `): string[] {
    const id = stamp.id === undefined ? "" : String(stamp.id);
    const head = `${clockTime(stamp.time)} ${id.padStart(2)} `;
    return this.#wrapped(head, `${sign} ${text}`, tone, indent);
  }

  #below(text: string, tone: Tone, indent = "  "): string[] {
    return this.#wrapped(" ".repeat(stampColumns), text, tone, indent);
  }

  #wrapped(head: string, text: string, tone: Tone, indent: string): string[] {
    const { color } = this.#settings;
    const columns = this.#settings.columns() ?? Infinity;
    const hang = Math.min(displayWidth(indent), Math.max(0, columns - displayWidth(head) - 20));
    const width = Math.max(10, columns - displayWidth(head) - hang);
    // The first row is longer by the indent, which is part of it.
    const first = Number.isFinite(columns) ? (wrapToWidth(text, width + hang)[0] ?? "") : text;
    const rest = text.slice(first.length);
    const rows = rest === "" ? [] : wrapToWidth(rest, width);
    const pad = " ".repeat(displayWidth(head) + hang);
    return [paint(head, "dim", color) + paint(first, tone, color), ...rows.map((row) => pad + paint(row, tone, color))];
  }
}

/** The text of the beginning of long bytes; streams are shown all of it, to keep their place. */
function shortText(bytes: Uint8Array, show: (bytes: Uint8Array) => string): string {
  if (bytes.length <= maxShownBytes) return show(bytes);
  const text = show(bytes.subarray(0, maxShownBytes));
  show(bytes.subarray(maxShownBytes));
  return `${text} … and ${byteCount(bytes.length - maxShownBytes)} more`;
}

function byteCount(bytes: number): string {
  return `${bytes.toLocaleString("en")} B`;
}

/** `12:01:02.345`, of this machine's clock. */
function clockTime(microseconds: number): string {
  const date = new Date(microseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
