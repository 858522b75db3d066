import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Link } from "../session/ports.js";
import type { SampanError } from "../wire/sampan-error.js";
import { BulkRead } from "./bulk-read.js";
import { connectionError } from "./socket-error.js";
import { readStatically, type StaticReader, scratchBytes } from "./static-read.js";
import { WriteQueue } from "./write-queue.js";

/** After the last byte is sent, the peer has so long to read it and close. */
const lingerMs = 3000;

/** A TCP, TLS or Unix socket as a link. */
export class SocketLink implements Link {
  onBytes: (chunk: Uint8Array) => void = () => {};
  roomForBytes: () => Uint8Array | undefined = () => undefined;
  onRoomFilled: (count: number) => void = () => {};
  onClose: (error: SampanError | undefined) => void = () => {};
  /** From the first packet to the answer of the other system, if this end dialled; no process takes part in it. */
  readonly roundTripMs: number | undefined;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #sealed: boolean;
  readonly #queue: WriteQueue | undefined;
  readonly #bulk: BulkRead | undefined;
  readonly #scratch = Buffer.allocUnsafeSlow(scratchBytes);
  /** The next bytes come to the place that `roomForBytes` gave. */
  #isInRoom = false;
  #paused = false;
  #ending = false;
  #error: SampanError | undefined;

  constructor(socket: Socket, roundTripMs?: number) {
    this.#socket = socket;
    this.roundTripMs = roundTripMs;
    this.#sealed = socket instanceof TLSSocket;
    this.#queue = this.#sealed ? new WriteQueue(socket) : undefined;
    this.#bulk = socket instanceof TLSSocket ? BulkRead.of(socket, () => this.#paused) : undefined;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on("error", (error) => {
      this.#error ??= connectionError(error);
      // A sealed socket tells of what was damaged under way, and stays open.
      socket.destroy();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.onClose(this.#error);
        resolve();
      });
    });
  }

  /** Starts to read an accepted socket, whose first chunk may have been read already. */
  startReading(first?: Uint8Array): void {
    const socket = this.#socket;
    if (!readStatically(socket, this.reader)) socket.on("data", (chunk) => this.#take(chunk));
    if (first && first.length > 0) this.#take(first);
    if (!this.#paused) socket.resume();
  }

  /** For the `onread` option of a dialled socket. */
  readonly reader: StaticReader = {
    buffer: () => {
      const room = this.roomForBytes();
      this.#isInRoom = room !== undefined;
      if (this.#isInRoom && !this.#ending) this.#bulk?.begin();
      return room ?? this.#scratch;
    },
    callback: (count, buffer) => {
      if (!this.#isInRoom) this.#take(buffer.subarray(0, count));
      else if (!this.#ending) this.onRoomFilled(count);
      return !this.#paused;
    },
  };

  /** The address of the other end; undefined by a Unix socket, and once the connection is over. */
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#queue?.queuedBytes ?? this.#socket.writableLength;
  }

  send(bytes: Uint8Array, sent?: () => void): void {
    if (this.#socket.destroyed || this.#ending) {
      sent?.();
      return;
    }
    if (this.#queue) this.#queue.push(bytes, sent);
    else this.#socket.write(bytes, sent && (() => sent()));
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#queue) this.#queue.whenEmpty(() => this.#socket.end());
    else this.#socket.end();
    // What the peer still sends is read and dropped: a close with unread bytes would reset the connection, and the
    // peer would lose the last message.
    this.#paused = false;
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), lingerMs);
    this.#socket.once("close", () => clearTimeout(timer));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Uint8Array): void {
    if (!this.#ending) this.onBytes(chunk);
  }
}
