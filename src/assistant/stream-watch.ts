import { type Checksum, checkFrame } from "../wire/checksum.js";
import type { FrameDecoder, FrameRule } from "../wire/framing/frame-rule.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import type { ExchangeListener } from "./exchange-event.js";
import { nowMicroseconds } from "./exchange-event.js";
import { spacedHex } from "./hex-view.js";
import type { Direction } from "./side.js";

export interface WatchSettings {
  readonly rule?: FrameRule | undefined;
  readonly checksum?: Checksum | undefined;
}

/** Takes a frame, or a chunk where there is no rule, without its checksum; not those whose checksum is wrong. */
export type BodyListener = (body: Uint8Array, number: number) => void;

/** How many bytes before a framing error are kept to show, and how many are shown. */
const keptBytes = 32;

/**
 * One direction of one connection: tells each chunk, the frames in it, and whether their checksums are right. After a
 * framing error, which is told once, only chunks are told: nobody knows where the next frame begins.
 */
export class StreamWatch {
  readonly #id: number;
  readonly #dir: Direction;
  readonly #kind: "stream" | "datagram";
  readonly #tell: ExchangeListener;
  #settings: WatchSettings;
  #decoder: FrameDecoder | undefined;
  #frames = 0;
  #seenBytes = 0;
  #tail = new Uint8Array();

  constructor(
    { id, dir, kind }: { id: number; dir: Direction; kind: "stream" | "datagram" },
    settings: WatchSettings,
    tell: ExchangeListener,
  ) {
    this.#id = id;
    this.#dir = dir;
    this.#kind = kind;
    this.#tell = tell;
    this.#settings = settings;
    this.#decoder = settings.rule?.decoder();
  }

  /** Another rule from here on; what the old one has begun is forgotten. */
  change(settings: WatchSettings): void {
    this.#settings = settings;
    this.#decoder = settings.rule?.decoder();
    this.#tail = new Uint8Array();
  }

  chunk(bytes: Uint8Array, onBody: BodyListener = () => {}): void {
    this.#tell({ event: "chunk", ...this.#stamp(), dir: this.#dir, bytes });
    if (this.#settings.rule === undefined) this.#body(bytes, ++this.#frames, onBody);
    else if (this.#kind === "datagram") this.#datagram(bytes, this.#settings.rule, onBody);
    else if (this.#decoder !== undefined) this.#decode(this.#decoder, bytes, onBody);
    this.#seenBytes += bytes.length;
  }

  /** The peer has ended this direction. */
  end(onBody: BodyListener = () => {}): void {
    this.#tell({ event: "ended", ...this.#stamp(), dir: this.#dir });
    const decoder = this.#kind === "stream" ? this.#decoder : undefined;
    this.#decoder = undefined;
    if (decoder === undefined) return;
    const { bufferedBytes } = decoder;
    try {
      decoder.end((frame) => this.#frame(frame, onBody));
    } catch (thrown) {
      const { code, message } = toSampanError(thrown);
      const last = this.#tail.subarray(Math.max(0, this.#tail.length - bufferedBytes));
      this.#problem(code, `the stream ended within a frame: ${message}; the last bytes are ${spacedHex(last)}`);
    }
  }

  #decode(decoder: FrameDecoder, bytes: Uint8Array, onBody: BodyListener): void {
    let at = -decoder.bufferedBytes;
    try {
      decoder.push(bytes, (frame) => {
        at += this.#wireLength(frame);
        this.#frame(frame, onBody);
      });
    } catch (thrown) {
      if (this.#decoder === decoder) this.#decoder = undefined;
      this.#lost(toSampanError(thrown), bytes, at);
    }
    this.#tail = new Uint8Array(Buffer.concat([this.#tail, bytes.subarray(-keptBytes)]).subarray(-keptBytes));
  }

  /** A datagram holds whole frames: what is left over is told, and the next one begins anew. */
  #datagram(bytes: Uint8Array, rule: FrameRule, onBody: BodyListener): void {
    const decoder = rule.decoder();
    try {
      decoder.push(bytes, (frame) => this.#frame(frame, onBody));
      decoder.end((frame) => this.#frame(frame, onBody));
    } catch (thrown) {
      const { code, message } = toSampanError(thrown);
      this.#problem(
        code,
        `a datagram that is not frames: ${message}; it begins ${spacedHex(bytes.subarray(0, keptBytes))}`,
      );
    }
  }

  #frame(bytes: Uint8Array, onBody: BodyListener): void {
    const number = ++this.#frames;
    this.#tell({ event: "frame", ...this.#stamp(), dir: this.#dir, number, bytes });
    this.#body(bytes, number, onBody);
  }

  #body(bytes: Uint8Array, number: number, onBody: BodyListener): void {
    const { checksum } = this.#settings;
    if (checksum === undefined) return onBody(bytes, number);
    const { body, ok, got, expected } = checkFrame(checksum, bytes);
    this.#tell({ event: "checksum", ...this.#stamp(), dir: this.#dir, name: checksum.name, ok, got, expected });
    if (ok) onBody(body, number);
  }

  #lost(error: SampanError, bytes: Uint8Array, at: number): void {
    const known = Buffer.concat([this.#tail, bytes]);
    const from = Math.min(Math.max(0, this.#tail.length + at), Math.max(0, known.length - 1));
    const offset = this.#seenBytes - this.#tail.length + from;
    const around = spacedHex(known.subarray(from, from + keptBytes));
    this.#problem(
      error.code,
      `frames are lost: ${error.message}; the frame that begins at byte ${offset} is ${around}. From here on chunks are shown; /frame RULE begins anew`,
    );
  }

  /** How much of the stream a frame took, as far as its rule can tell. */
  #wireLength(frame: Uint8Array): number {
    try {
      return this.#settings.rule?.encodedLength(frame) ?? frame.length;
    } catch {
      return frame.length;
    }
  }

  #problem(code: SampanError["code"], message: string): void {
    const error = new SampanError(code, message, { origin: "remote" });
    this.#tell({ event: "problem", time: nowMicroseconds(), id: this.#id, error });
  }

  #stamp(): { time: number; id: number } {
    return { time: nowMicroseconds(), id: this.#id };
  }
}
