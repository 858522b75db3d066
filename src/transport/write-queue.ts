import type { Socket } from "node:net";

/**
 * TLS seals what it is given in one go before any of it leaves, and copies together what is written before it is ready.
 * So it is given one piece at a time: large enough to cost little, small enough to keep cipher and network busy together.
 */
const pieceBytes = 256 * 1024;
/** Messages below this are gathered while an earlier piece is on its way. */
const smallBytes = 4 * 1024;
const gatherBytes = 64 * 1024;

interface Piece {
  readonly bytes: Uint8Array;
  readonly sent: (() => void) | undefined;
}

/** Writes to a TLS socket, one piece after another. */
export class WriteQueue {
  readonly #socket: Socket;
  #waiting: Piece[] = [];
  #next = 0;
  #writing = false;
  #queuedBytes = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.once("close", () => this.#drop());
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(bytes: Uint8Array, sent?: () => void): void {
    this.#queuedBytes += bytes.length;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const end = at + pieceBytes;
      this.#waiting.push({ bytes: bytes.subarray(at, end), sent: end >= bytes.length ? sent : undefined });
    }
    if (!this.#writing) this.#write();
  }

  /** Calls `action` once everything has been written. */
  whenEmpty(action: () => void): void {
    if (this.#writing) this.#whenEmpty = action;
    else action();
  }

  #write(): void {
    const piece = this.#take();
    if (!piece) {
      this.#writing = false;
      this.#whenEmpty?.();
      return;
    }
    this.#writing = true;
    this.#socket.write(piece.bytes, () => {
      this.#queuedBytes -= piece.bytes.length;
      piece.sent?.();
      this.#write();
    });
  }

  /** The next piece; small ones in a row become one. */
  #take(): Piece | undefined {
    const first = this.#waiting[this.#next++];
    if (!first) {
      this.#waiting = [];
      this.#next = 0;
      return undefined;
    }
    if (first.bytes.length >= smallBytes) return first;
    let length = first.bytes.length;
    let end = this.#next;
    for (let more = this.#waiting[end]; more && more.bytes.length < smallBytes && length < gatherBytes; ) {
      length += more.bytes.length;
      more = this.#waiting[++end];
    }
    if (end === this.#next) return first;
    const together = this.#waiting.slice(this.#next - 1, end);
    this.#next = end;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const { bytes: one } of together) {
      bytes.set(one, at);
      at += one.length;
    }
    return { bytes, sent: () => together.forEach(({ sent }) => sent?.()) };
  }

  /** The connection is over: the buffers go back to whoever lent them. */
  #drop(): void {
    const dropped = this.#waiting.slice(this.#next);
    this.#waiting = [];
    this.#next = 0;
    this.#queuedBytes = 0;
    for (const { sent } of dropped) sent?.();
  }
}
