import type { Clock, Link } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";

/** What one direction of a memory pair does to the bytes. */
export interface MemoryPath {
  readonly latencyMs?: number;
  /** The connection dies, for both, when so many bytes have passed. */
  readonly dieAfterBytes?: number;
  /** What comes after so many bytes is lost, and nobody is told. */
  readonly silentAfterBytes?: number;
  /** Places in the stream at which the lowest bit is turned round. */
  readonly flipAt?: readonly number[];
}

export interface MemoryPairOptions {
  readonly clock: Clock;
  /** Gives numbers from 0 to below 1, which decide where chunks are split; without it they are split by size alone. */
  readonly random?: () => number;
  readonly there?: MemoryPath;
  readonly back?: MemoryPath;
}

export interface MemoryPair {
  /** The end of whoever dialled; what it sends goes `there`. */
  readonly near: MemoryLink;
  readonly far: MemoryLink;
  /** Kills the connection now. */
  cut(): void;
  /** From now on nothing passes either way. */
  silence(): void;
}

/** Bytes that fit between the two ends before a sender has to wait, as in the buffers of a system. */
const windowBytes = 256 * 1024;
const chunkBytes = 64 * 1024;
/** As with a socket: so long the peer has to take what was sent before an end. */
const lingerMs = 3000;

/** Two links that are each other's peer, within this process: for tests, and for both ends in one program. */
export function memoryPair(options: MemoryPairOptions): MemoryPair {
  const near = new MemoryLink(options, options.there ?? {});
  const far = new MemoryLink(options, options.back ?? {});
  near.join(far);
  far.join(near);
  const cut = () => near.breakOff();
  const silence = () => {
    near.silence();
    far.silence();
  };
  return { near, far, cut, silence };
}

interface Queued {
  readonly bytes: Uint8Array;
  readonly sent: (() => void) | undefined;
  at: number;
}

export class MemoryLink implements Link {
  onBytes: (chunk: Uint8Array) => void = () => {};
  onClose: (error: SampanError | undefined) => void = () => {};
  /** Bytes that have left this end. */
  passedBytes = 0;
  queuedBytes = 0;
  readonly #clock: Clock;
  readonly #random: (() => number) | undefined;
  readonly #path: MemoryPath;
  readonly #outbox: Queued[] = [];
  readonly #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
  #flyingBytes = 0;
  // oxlint-disable-next-line no-unused-private-class-members -- it is used, on the other end's private parts
  #peer: MemoryLink = this;
  #paused = false;
  #silent = false;
  #ending = false;
  /** The peer has said that nothing more will come. */
  #peerEnded = false;
  #saidEnd = false;
  #state: "open" | "closed" = "open";

  constructor({ clock, random }: MemoryPairOptions, path: MemoryPath) {
    this.#clock = clock;
    this.#random = random;
    this.#path = path;
  }

  join(peer: MemoryLink): void {
    this.#peer = peer;
  }

  send(bytes: Uint8Array, sent?: () => void): void {
    if (this.#state === "closed" || this.#ending) {
      sent?.();
      return;
    }
    this.queuedBytes += bytes.length;
    this.#outbox.push({ bytes, sent, at: 0 });
    this.#push();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#clock.after(0, () => this.#read());
  }

  end(): void {
    if (this.#ending || this.#state === "closed") return;
    this.#ending = true;
    this.#paused = false;
    this.#clock.after(0, () => this.#read());
    this.#clock.after(lingerMs, () => this.#close(undefined));
    this.#sayEnd();
  }

  destroy(): void {
    if (this.#state === "closed") return;
    this.#close(undefined);
    if (!this.#silent) this.#later(() => this.#peer.#takeEnd());
  }

  /** The connection is lost, as both ends find out at once. */
  breakOff(): void {
    const lost = () => new SampanError("E_CONNECTION_LOST", "the connection was lost: cut");
    this.#close(lost());
    this.#peer.#close(lost());
  }

  silence(): void {
    this.#silent = true;
  }

  /** Lets go of as much as fits between the ends. */
  #push(): void {
    while (this.#outbox.length > 0 && this.#flyingBytes + this.#peer.#inboxBytes < windowBytes) {
      const first = this.#outbox[0] as Queued;
      const piece = first.bytes.slice(first.at, first.at + this.#pieceBytes());
      first.at += piece.length;
      this.queuedBytes -= piece.length;
      if (first.at >= first.bytes.length) {
        this.#outbox.shift();
        if (first.sent) this.#clock.after(0, first.sent);
      }
      if (!this.#fly(piece)) return;
    }
    if (this.#ending) this.#sayEnd();
  }

  #pieceBytes(): number {
    const random = this.#random;
    if (!random) return chunkBytes;
    return 1 + Math.floor(random() * (random() < 0.1 ? 8 : chunkBytes));
  }

  /** False when the connection died of it. */
  #fly(piece: Uint8Array): boolean {
    const { dieAfterBytes, silentAfterBytes = Number.POSITIVE_INFINITY, flipAt = [] } = this.#path;
    for (const at of flipAt) {
      const within = at - this.passedBytes;
      if (within >= 0 && within < piece.length) piece[within] = (piece[within] as number) ^ 1;
    }
    const room = (dieAfterBytes ?? Number.POSITIVE_INFINITY) - this.passedBytes;
    const left = silentAfterBytes - this.passedBytes;
    this.passedBytes += piece.length;
    this.#flyingBytes += piece.length;
    const arriving = piece.subarray(0, Math.max(0, Math.min(room, left)));
    if (left < piece.length) this.#silent = true;
    if (arriving.length > 0) this.#later(() => this.#land(arriving, piece.length));
    if (room > piece.length) return true;
    this.#later(() => this.breakOff());
    return false;
  }

  #land(piece: Uint8Array, flying: number): void {
    this.#flyingBytes -= flying;
    this.#peer.#take(piece);
  }

  #later(action: () => void): void {
    this.#clock.after(this.#path.latencyMs ?? 0, action);
  }

  #take(piece: Uint8Array): void {
    if (this.#state === "closed" || this.#peer.#silent) return;
    this.#inbox.push(piece);
    this.#inboxBytes += piece.length;
    this.#read();
  }

  #read(): void {
    while (!this.#paused && this.#state === "open") {
      const chunk = this.#inbox.shift();
      if (!chunk) break;
      this.#inboxBytes -= chunk.length;
      if (!this.#ending) this.onBytes(chunk);
      // A chunk is valid during the call only: whoever keeps it finds this.
      chunk.fill(0xa5);
    }
    if (this.#peerEnded && this.#inbox.length === 0) this.#close(undefined);
    this.#peer.#push();
  }

  #sayEnd(): void {
    if (this.#saidEnd || this.#outbox.length > 0 || this.#silent) return;
    this.#saidEnd = true;
    this.#later(() => this.#peer.#takeEnd());
  }

  #takeEnd(): void {
    if (this.#peer.#silent) return;
    this.#peerEnded = true;
    this.#read();
  }

  #close(error: SampanError | undefined): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.queuedBytes = 0;
    for (const { sent } of this.#outbox.splice(0)) sent?.();
    this.#clock.after(0, () => this.onClose(error));
    if (this.#peerEnded && !this.#saidEnd && !this.#silent) {
      this.#saidEnd = true;
      this.#later(() => this.#peer.#takeEnd());
    }
  }
}
