import { maxHeadBytes, type Piece } from "./step.js";

interface Sent {
  readonly send: number;
  readonly bytes: Uint8Array;
}

/** Remembers what was sent in which call, so that of each byte that is read one can say where it came from. */
export interface ByteTrail {
  /** Bytes that the kernel has taken in the send with this number. */
  sent(send: number, bytes: Uint8Array): void;
  /** The pieces that a read of so many bytes brought. */
  read(bytes: number): Piece[];
  /** What was sent and not read. */
  held(): Piece[];
}

/** A stream's bytes come out in the order in which they went in, whatever the sizes of the calls. */
export class StreamTrail implements ByteTrail {
  #waiting: Sent[] = [];

  sent(send: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#waiting.push({ send, bytes });
  }

  read(bytes: number): Piece[] {
    const pieces: Piece[] = [];
    for (let left = bytes; left > 0; ) {
      const first = this.#waiting.shift();
      if (first === undefined) break;
      const taken = Math.min(left, first.bytes.length);
      pieces.push(pieceOf(first.send, first.bytes.subarray(0, taken)));
      if (taken < first.bytes.length) this.#waiting.unshift({ ...first, bytes: first.bytes.subarray(taken) });
      left -= taken;
    }
    return pieces;
  }

  held(): Piece[] {
    return this.#waiting.map(({ send, bytes }) => pieceOf(send, bytes));
  }
}

/** A read takes one datagram; what it has no room for is gone. Over loopback they come in the order they went. */
export class DatagramTrail implements ByteTrail {
  readonly #waiting: Sent[] = [];

  sent(send: number, bytes: Uint8Array): void {
    this.#waiting.push({ send, bytes });
  }

  read(bytes: number): Piece[] {
    const first = this.#waiting.shift();
    return first === undefined ? [] : [pieceOf(first.send, first.bytes.subarray(0, bytes))];
  }

  held(): Piece[] {
    return this.#waiting.map(({ send, bytes }) => pieceOf(send, bytes));
  }
}

/** A piece that shows where its bytes came from, with only their beginning. */
export function pieceOf(send: number, bytes: Uint8Array): Piece {
  return { send, bytes: bytes.length, head: bytes.subarray(0, maxHeadBytes) };
}
