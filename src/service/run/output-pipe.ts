import type { Socket } from "node:net";
import { BufferPool } from "../../session/buffer-pool.js";
import type { OutputLog } from "../../session/run/output-log.js";
import { readStatically } from "../../transport/static-read.js";
import { encodeMessage, writeHeaderBefore } from "../../wire/message.js";

/** A message with all its headers fills what TLS is given in one go. */
const bufferBytes = 256 * 1024;
const headroomBytes = 64;
/** Below this a copy costs less than a large buffer that stays away. */
const copyBelowBytes = 32 * 1024;
const keptBuffers = 8;

const pool = new BufferPool(bufferBytes, keptBuffers);

/**
 * Reads a command's pipe into a log, as fast as the log has room. Large reads go where the message that carries them
 * will be sent from; nothing is copied.
 */
export class OutputPipe {
  /** Resolves when the pipe is at its end, or closed here. */
  readonly ended: Promise<void>;
  /** When something was last read, or could not be as the log was full; by performance.now(). */
  lastReadMs = performance.now();
  isOver = false;
  readonly #socket: Socket;
  readonly #stream: "stdout" | "stderr";
  readonly #log: OutputLog;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket, stream: "stdout" | "stderr", log: OutputLog) {
    this.#socket = socket;
    this.#stream = stream;
    this.#log = log;
    this.ended = new Promise((resolve) => {
      socket.once("close", () => {
        this.isOver = true;
        this.#giveBack();
        resolve();
      });
    });
    socket.on("error", () => socket.destroy());
    const reader = { buffer: () => this.#room(), callback: (count: number) => this.#take(count) };
    if (!readStatically(socket, reader)) socket.on("data", (chunk) => this.#copy(chunk));
    socket.resume();
  }

  get isHeldBack(): boolean {
    return this.#log.isFull;
  }

  /** The log has room again. */
  resume(): void {
    this.lastReadMs = performance.now();
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #room(): Uint8Array {
    if (this.#buffer.length === 0) this.#buffer = pool.take();
    return this.#buffer.subarray(headroomBytes);
  }

  #take(count: number): boolean {
    const whole = this.#buffer;
    const body = whole.subarray(headroomBytes, headroomBytes + count);
    if (count < copyBelowBytes) return this.#copy(body);
    this.#buffer = new Uint8Array(0);
    const start = writeHeaderBefore(whole, headroomBytes, { kind: this.#stream, size: count });
    const message = whole.subarray(start, headroomBytes + count);
    return this.#push(message, count, () => pool.give(whole));
  }

  #copy(body: Uint8Array): boolean {
    return this.#push(encodeMessage({ kind: this.#stream }, body), body.length);
  }

  /** False: the log is full for now. */
  #push(message: Uint8Array, bytes: number, release?: () => void): boolean {
    this.lastReadMs = performance.now();
    this.#log.push({ message, bytes, ...(release ? { release } : {}) });
    const goOn = !this.#log.isFull;
    if (!goOn) this.#socket.pause();
    return goOn;
  }

  #giveBack(): void {
    if (this.#buffer.length > 0) pool.give(this.#buffer);
    this.#buffer = new Uint8Array(0);
  }
}
