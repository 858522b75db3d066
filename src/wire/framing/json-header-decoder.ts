import type { JsonObject } from "../field.js";
import { maxFileBytes } from "../limits.js";
import { SampanError } from "../sampan-error.js";
import { HeldBytes } from "./held-bytes.js";
import {
  bodyBytesOf,
  defaultMaxJsonHeaderBytes,
  defaultSizeKeys,
  jsonHeaderPrefixBytes,
  parseJsonHeader,
  readJsonHeaderLength,
} from "./json-header-layout.js";

export interface JsonHeaderDecoderOptions {
  /** Keys of which the first that a header has tells the body's bytes; `file_size`, `lenth`. */
  readonly sizeKeys?: readonly string[];
  /** Bytes of JSON in a header; 64 KiB, and no more than 1 MiB. */
  readonly maxHeaderBytes?: number;
  /** Bytes of a body; the largest file there is. */
  readonly maxBodyBytes?: number;
  /** Whether a header may be `{}`, without a body: how a download says that there is no such file. */
  readonly allowEmptyHeader?: boolean;
}

/** What comes out of a stream, in this order for each header. */
export interface JsonHeaderListener {
  header(header: JsonObject, bodyBytes: number): void;
  /** The next bytes of the body: a view of the chunk just pushed. */
  body(bytes: Uint8Array): void;
  /** The body is whole. */
  end(): void;
}

/**
 * Cuts a stream into headers and pieces of bodies (see json-header-layout.ts). Only a header is ever held, so bodies may
 * be of any size. After an error it is spent.
 */
export class JsonHeaderDecoder {
  readonly #sizeKeys: readonly string[];
  readonly #maxHeaderBytes: number;
  readonly #maxBodyBytes: number;
  readonly #allowEmptyHeader: boolean;
  readonly #held = new HeldBytes();
  #state: "prefix" | "header" | "body" | "spent" = "prefix";
  #wanted = jsonHeaderPrefixBytes;
  #bodyLeft = 0;

  constructor(options: JsonHeaderDecoderOptions = {}) {
    this.#sizeKeys = options.sizeKeys ?? defaultSizeKeys;
    this.#maxHeaderBytes = options.maxHeaderBytes ?? defaultMaxJsonHeaderBytes;
    this.#maxBodyBytes = options.maxBodyBytes ?? maxFileBytes;
    this.#allowEmptyHeader = options.allowEmptyHeader ?? false;
  }

  /** Whether the stream may end here: nothing has been begun. */
  get atBoundary(): boolean {
    return this.#state === "prefix" && this.#held.length === 0;
  }

  /** Bytes of the body under way that have not come. */
  get bodyBytesLeft(): number {
    return this.#bodyLeft;
  }

  /** Bytes taken and not yet handed out: of a header, never of a body. */
  get bufferedBytes(): number {
    return this.#held.length;
  }

  /** Takes the next bytes. E_PROTOCOL or E_TOO_LARGE. */
  push(chunk: Uint8Array, listener: JsonHeaderListener): void {
    this.#checkOpen();
    try {
      let at = 0;
      while (at < chunk.length)
        at = this.#state === "body" ? this.#addBody(chunk, at, listener) : this.#addHead(chunk, at, listener);
    } catch (error) {
      this.#spend();
      throw error;
    }
  }

  /** The stream has ended. E_PROTOCOL if that was inside a header or a body. */
  end(): void {
    this.#checkOpen();
    const { atBoundary } = this;
    const where = this.#state === "body" ? `${this.#bodyLeft} bytes before the end of a body` : "inside a JSON header";
    this.#spend();
    if (!atBoundary) throw new SampanError("E_PROTOCOL", `the stream ended ${where}`);
  }

  #addHead(chunk: Uint8Array, start: number, listener: JsonHeaderListener): number {
    const end = Math.min(chunk.length, start + this.#wanted - this.#held.length);
    this.#held.add(chunk, start, end, this.#wanted);
    if (this.#held.length < this.#wanted) return end;
    const { bytes, length } = this.#held;
    this.#held.clear();
    if (this.#state === "prefix") {
      this.#wanted = readJsonHeaderLength(bytes, 0, this.#maxHeaderBytes);
      this.#state = "header";
    } else this.#begin(parseJsonHeader(bytes.subarray(0, length)), listener);
    return end;
  }

  #begin(header: JsonObject, listener: JsonHeaderListener): void {
    const bodyBytes = bodyBytesOf(header, this.#sizeKeys, this.#maxBodyBytes);
    if (!this.#allowEmptyHeader && Object.keys(header).length === 0) {
      throw new SampanError("E_PROTOCOL", "a JSON header is empty where a file was to come");
    }
    this.#state = "body";
    this.#bodyLeft = bodyBytes;
    listener.header(header, bodyBytes);
    if (bodyBytes === 0) this.#endBody(listener);
  }

  #addBody(chunk: Uint8Array, start: number, listener: JsonHeaderListener): number {
    const end = Math.min(chunk.length, start + this.#bodyLeft);
    this.#bodyLeft -= end - start;
    listener.body(chunk.subarray(start, end));
    if (this.#bodyLeft === 0) this.#endBody(listener);
    return end;
  }

  #endBody(listener: JsonHeaderListener): void {
    this.#state = "prefix";
    this.#wanted = jsonHeaderPrefixBytes;
    listener.end();
  }

  #checkOpen(): void {
    if (this.#state === "spent")
      throw new SampanError("E_PROTOCOL", "the stream has ended or was given up after an error");
  }

  #spend(): void {
    this.#state = "spent";
    this.#bodyLeft = 0;
    this.#held.clear();
  }
}
