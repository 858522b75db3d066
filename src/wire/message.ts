import { isJsonObject, type JsonObject, readOptionalWholeNumber } from "./field.js";
import { maxBodyBytes, maxHeaderBytes, maxJsonBodyBytes, maxJsonDepth } from "./limits.js";
import { SampanError } from "./sampan-error.js";

/*
 * A message:
 *
 *   +----------------------+-----------------------------+------------------------------+
 *   | u32 big-endian: N    | N bytes: UTF-8 JSON object  | header.size bytes (absent: 0) |
 *   +----------------------+-----------------------------+------------------------------+
 */

/** The JSON object in front of a body. `kind` says what the message is, `size` how many bytes of body follow. */
export interface Header extends JsonObject {
  readonly kind: string;
  readonly size?: number;
}

export interface Message {
  readonly header: Header;
  readonly body: Uint8Array;
}

/** Bytes of the length field in front of each header. */
export const prefixBytes = 4;

const encoder = new TextEncoder();
// A byte order mark is no JSON; "ignoreBOM" is how one tells the decoder to leave it in, to be refused.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const noBytes = new Uint8Array(0);

/** One message as one run of bytes. The header's `size` is set from the body. */
export function encodeMessage(header: Header, body: Uint8Array = noBytes): Uint8Array {
  const sized = body.length > 0 || header.size !== undefined ? { ...header, size: body.length } : header;
  const json = encoder.encode(JSON.stringify(sized));
  checkHeaderLength(json.length, "the header to be sent");
  const bytes = new Uint8Array(prefixBytes + json.length + body.length);
  writeU32(bytes, 0, json.length);
  bytes.set(json, prefixBytes);
  bytes.set(body, prefixBytes + json.length);
  return bytes;
}

/**
 * Writes length and header so that they end at `bodyStart` in `buffer`, in front of a body that is there already.
 * Returns where the message begins. The header must carry its `size`; E_TOO_LARGE when the room does not suffice.
 */
export function writeHeaderBefore(buffer: Uint8Array, bodyStart: number, header: Header): number {
  const json = encoder.encode(JSON.stringify(header));
  checkHeaderLength(json.length, "the header to be sent");
  const start = bodyStart - json.length - prefixBytes;
  if (start < 0) throw new SampanError("E_TOO_LARGE", "no room for the header in front of the body");
  writeU32(buffer, start, json.length);
  buffer.set(json, start + prefixBytes);
  return start;
}

/** Reads a header's JSON. E_PROTOCOL unless it is one object, nested no deeper than the cap, with a `kind`. */
export function parseHeader(bytes: Uint8Array): Header {
  const value = parseJson(bytes, "header");
  if (!isJsonObject(value) || typeof value.kind !== "string") {
    throw new SampanError("E_PROTOCOL", 'a header must be a JSON object with a "kind"');
  }
  readOptionalWholeNumber(value, "size", maxBodyBytes);
  return value as Header;
}

/** Reads UTF-8 JSON from the wire; E_PROTOCOL for anything else, E_TOO_LARGE above the cap of a JSON body. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > maxJsonBodyBytes) throw new SampanError("E_TOO_LARGE", `the ${what} is too large to be JSON`);
  checkDepth(bytes, what);
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new SampanError("E_PROTOCOL", `the ${what} is not UTF-8 JSON`, { cause });
  }
}

function checkDepth(bytes: Uint8Array, what: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxJsonDepth) throw new SampanError("E_TOO_LARGE", `the ${what} is nested too deep`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
}

function checkHeaderLength(length: number, what: string): void {
  if (length === 0) throw new SampanError("E_PROTOCOL", `${what} is empty`);
  if (length > maxHeaderBytes) {
    throw new SampanError("E_TOO_LARGE", `${what} has ${length} bytes; the most is ${maxHeaderBytes}`);
  }
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export interface MessageDecoderOptions {
  /**
   * Gives the buffer, of exactly `header.size` bytes, into which the body is put; it throws to refuse the message.
   * Without it each body gets a fresh one.
   */
  readonly allocate?: (header: Header, size: number) => Uint8Array;
}

/**
 * Cuts messages out of a stream of chunks of any sizes. A chunk is only read during the call: what outlives it is
 * copied, each byte once. After an error the decoder is spent, as the stream has lost its frame.
 */
export class MessageDecoder {
  readonly #allocate: (header: Header, size: number) => Uint8Array;
  readonly #prefix = new Uint8Array(prefixBytes);
  #headerBytes: Uint8Array = noBytes;
  #header: Header | undefined;
  #body: Uint8Array = noBytes;
  #filled = 0;
  #state: "prefix" | "header" | "body" | "spent" = "prefix";

  constructor(options: MessageDecoderOptions = {}) {
    this.#allocate = options.allocate ?? ((_header, size) => new Uint8Array(size));
  }

  /** Whether the stream may end here: no message has been begun. */
  get atBoundary(): boolean {
    return this.#state === "prefix" && this.#filled === 0;
  }

  /**
   * Where the next bytes of the stream belong, if the rest of a body is at least `least` bytes: whoever puts them right
   * there, and says so by `filled`, saves a copy.
   */
  room(least: number): Uint8Array | undefined {
    const left = this.#body.length - this.#filled;
    if (this.#state !== "body" || left < least) return undefined;
    return this.#body.subarray(this.#filled);
  }

  /** The next bytes are in the room, so many from its beginning. Else as `push`. */
  filled(count: number, onMessage: (message: Message) => void): void {
    if (this.#state !== "body" || count > this.#body.length - this.#filled) {
      throw new SampanError("E_BUG", "more was put into a body than there was room for");
    }
    try {
      this.#fill(this.#body, count, onMessage);
    } catch (error) {
      this.#state = "spent";
      throw error;
    }
  }

  /** Takes the next bytes; calls `onMessage` for each message that they complete. Throws E_PROTOCOL or E_TOO_LARGE. */
  push(chunk: Uint8Array, onMessage: (message: Message) => void): void {
    if (this.#state === "spent") throw new SampanError("E_PROTOCOL", "the stream was given up after an error");
    try {
      let at = 0;
      while (at < chunk.length) at = this.#step(chunk, at, onMessage);
    } catch (error) {
      this.#state = "spent";
      throw error;
    }
  }

  #step(chunk: Uint8Array, at: number, onMessage: (message: Message) => void): number {
    const target = this.#state === "prefix" ? this.#prefix : this.#state === "header" ? this.#headerBytes : this.#body;
    const count = Math.min(target.length - this.#filled, chunk.length - at);
    target.set(count === chunk.length ? chunk : chunk.subarray(at, at + count), this.#filled);
    this.#fill(target, count, onMessage);
    return at + count;
  }

  #fill(target: Uint8Array, count: number, onMessage: (message: Message) => void): void {
    this.#filled += count;
    if (this.#filled === target.length) this.#advance(onMessage);
  }

  #advance(onMessage: (message: Message) => void): void {
    this.#filled = 0;
    if (this.#state === "prefix") {
      const [a = 0, b = 0, c = 0, d = 0] = this.#prefix;
      const length = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
      checkHeaderLength(length, "the header");
      this.#headerBytes = new Uint8Array(length);
      this.#state = "header";
      return;
    }
    if (this.#state === "header") {
      const header = parseHeader(this.#headerBytes);
      this.#headerBytes = noBytes;
      const size = header.size ?? 0;
      if (size > 0) {
        this.#body = this.#allocate(header, size);
        if (this.#body.length !== size) throw new SampanError("E_BUG", "the body's buffer has another length");
        this.#header = header;
        this.#state = "body";
        return;
      }
      this.#state = "prefix";
      onMessage({ header, body: noBytes });
      return;
    }
    const header = this.#header as Header;
    const body = this.#body;
    this.#header = undefined;
    this.#body = noBytes;
    this.#state = "prefix";
    onMessage({ header, body });
  }
}
