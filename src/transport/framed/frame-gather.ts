import type { Writable } from "node:stream";
import type { FrameRule } from "../../wire/framing/frame-rule.js";

/** Frames are gathered up to so much before they are written; larger ones travel in a buffer of their own. */
const gatherBytes = 64 * 1024;
/** Buffers that wait to be filled again; more are made while a slow peer holds many, and dropped afterwards. */
const spareBuffers = 4;

/**
 * Writes frames to a stream. All that is sent within one turn of the event loop leaves in as few writes as it fits in:
 * a system call costs as much as copying a few kilobytes.
 */
export class FrameGather {
  readonly #stream: Writable;
  readonly #rule: FrameRule;
  readonly #spare: Uint8Array[] = [];
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #scheduled = false;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.flush();
  };

  constructor(stream: Writable, rule: FrameRule) {
    this.#stream = stream;
    this.#rule = rule;
  }

  /** Takes a copy of `frame`, as the rule puts it on the wire. Throws what the rule's encoder throws. */
  push(frame: Uint8Array): void {
    const length = this.#rule.encodedLength(frame);
    if (length > gatherBytes) return this.#pushLarge(frame, length);
    if (this.#filled + length > gatherBytes) this.flush();
    this.#buffer ??= this.#spare.pop() ?? new Uint8Array(gatherBytes);
    this.#filled = this.#rule.encodeInto(frame, this.#buffer, this.#filled);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  /** Hands what was gathered to the stream now. */
  flush(): void {
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    const bytes = buffer.subarray(0, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
    this.#stream.write(bytes, () => {
      if (this.#spare.length < spareBuffers) this.#spare.push(buffer);
    });
  }

  #pushLarge(frame: Uint8Array, length: number): void {
    const bytes = new Uint8Array(length);
    this.#rule.encodeInto(frame, bytes, 0);
    this.flush();
    this.#stream.write(bytes);
  }
}
