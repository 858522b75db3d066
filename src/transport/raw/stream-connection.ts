import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { SampanError } from "../../wire/sampan-error.js";
import { connectionError } from "../socket-error.js";
import { readStatically, type StaticReader } from "../static-read.js";
import type { RawConnection, RawEvents } from "./connection.js";

/** Room for what one read brings; all connections share it, as nothing else happens while a chunk is told. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** TLS seals what it is given in one go before any of it leaves; so it is given pieces. */
const tlsPieceBytes = 256 * 1024;

/** The reader of a socket that is being dialled, whose connection does not stand yet. */
export function readerOf(connection: () => StreamConnection | undefined): StaticReader {
  return {
    buffer: () => connection()?.reader.buffer() ?? scratch,
    callback: (count, buffer) => connection()?.reader.callback(count, buffer) ?? true,
  };
}

/** A TCP, TLS or Unix socket as a raw connection. */
export class StreamConnection implements RawConnection {
  readonly kind = "stream";
  readonly id: number;
  readonly peer: string;
  readonly #socket: Socket;
  readonly #events: RawEvents;
  readonly #canReset: boolean;
  #paused = false;
  #sendingEnded = false;
  #queuedBytes = 0;
  #error: SampanError | undefined;

  constructor(id: number, peer: string, socket: Socket, events: RawEvents) {
    this.id = id;
    this.peer = peer;
    this.#socket = socket;
    this.#events = events;
    this.#canReset = !(socket instanceof TLSSocket) && socket.remoteAddress !== undefined;
    socket.setNoDelay(true);
    socket.on("end", () => events.ended(this));
    socket.on("error", (error) => {
      this.#error ??= connectionError(error);
      socket.destroy();
    });
    socket.on("close", () => events.closed(this, this.#error));
  }

  readonly reader: StaticReader = {
    buffer: () => this.#events.room?.(this) ?? scratch,
    callback: (count, buffer) => {
      this.#events.chunk(this, buffer.subarray(0, count));
      return !this.#paused;
    },
  };

  /** Tells that it is open, then lets an accepted socket read; one that was dialled with `readerOf` reads already. */
  open(accepted: boolean): void {
    this.#events.opened(this);
    if (accepted && !readStatically(this.#socket, this.reader)) {
      this.#socket.on("data", (chunk) => this.#events.chunk(this, chunk));
    }
    if (this.#paused) this.#socket.pause();
    else this.#socket.resume();
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  send(bytes: Uint8Array, sent?: (error: SampanError | undefined) => void): void {
    if (this.#socket.destroyed || this.#sendingEnded) {
      if (sent) process.nextTick(sent, this.#lost());
      return;
    }
    const pieceBytes = this.#socket instanceof TLSSocket ? tlsPieceBytes : bytes.length;
    for (let at = 0; at === 0 || at < bytes.length; at += pieceBytes) {
      const isLast = at + pieceBytes >= bytes.length;
      this.#write(isLast && at === 0 ? bytes : bytes.subarray(at, at + pieceBytes), isLast ? sent : undefined);
      if (isLast) return;
    }
  }

  endSending(): void {
    if (this.#sendingEnded) return;
    this.#sendingEnded = true;
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    if (this.#canReset) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  #write(bytes: Uint8Array, sent: ((error: SampanError | undefined) => void) | undefined): void {
    this.#queuedBytes += bytes.length;
    this.#socket.write(bytes, (error) => {
      this.#queuedBytes -= bytes.length;
      sent?.(error ? this.#lost() : undefined);
    });
  }

  /** Why bytes will never be sent. */
  #lost(): SampanError {
    const why = this.#sendingEnded && !this.#socket.destroyed ? "sending has been ended" : "it is closed";
    return this.#error ?? new SampanError("E_CONNECTION_LOST", `nothing can be sent to ${this.peer} any more: ${why}`);
  }
}
