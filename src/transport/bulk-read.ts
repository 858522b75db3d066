import { readSync } from "node:fs";
import type { TLSSocket } from "node:tls";

/*
 * Node reads what is sealed into a ring of small buffers: 1 and 16 KiB in turn at an accepted socket, whose first buffer
 * was made for a ClientHello, 64 and 16 KiB where the program dialled. While a large body comes that is a system call, and
 * work of the kernel for the sender, for each 9 KiB, a third of the receiving process. So as long as a body is coming
 * the socket's own reading rests after it has told that there is something: the rest is read from its descriptor in large
 * pieces and handed to TLS, as Node itself hands it what was read before. Both go by private names; where they are not
 * as expected (or SAMPAN_STATIC_READ=0) the socket reads as it always does.
 */

const pieceBytes = 256 * 1024;
/** Then the others have their turn. */
const turnBytes = 1024 * 1024;

/** One for all: what lies in it is copied to TLS at once. */
let piece: Buffer | undefined;

interface SealedInside {
  readonly _handle?: { readonly fd?: number; readonly receive?: (bytes: Uint8Array) => void } | null;
}

/** Reads a sealed socket in large pieces for as long as it is told that much is coming. */
export class BulkRead {
  readonly #socket: TLSSocket;
  readonly #isPaused: () => boolean;
  #active = false;

  private constructor(socket: TLSSocket, isPaused: () => boolean) {
    this.#socket = socket;
    this.#isPaused = isPaused;
  }

  /** Undefined where this Node or system does not have the means. `isPaused`: whether nobody wants to be given any. */
  static of(socket: TLSSocket, isPaused: () => boolean): BulkRead | undefined {
    if (process.env.SAMPAN_STATIC_READ === "0" || process.platform === "win32") return undefined;
    const { _handle: handle } = socket as unknown as SealedInside;
    const isKnown = typeof handle?.receive === "function" && typeof handle.fd === "number" && handle.fd >= 0;
    return isKnown ? new BulkRead(socket, isPaused) : undefined;
  }

  /** More of a large body is coming. */
  begin(): void {
    if (this.#active) return;
    this.#active = true;
    this.#socket.pause();
    setImmediate(() => this.#read());
  }

  #read(): void {
    piece ??= Buffer.allocUnsafeSlow(pieceBytes);
    for (let left = turnBytes; left > 0; left -= pieceBytes) {
      // Whoever paused the link will resume it, and the socket then reads by itself.
      if (this.#socket.destroyed || this.#isPaused()) return this.#rest();
      const count = this.#fill(piece);
      if (count > 0) this.#receive(count === pieceBytes ? piece : piece.subarray(0, count));
      // The socket itself waits for more, and learns of an end.
      if (count < pieceBytes) return this.#rest();
    }
    setImmediate(() => this.#read());
  }

  #rest(): void {
    this.#active = false;
    if (!this.#socket.destroyed && !this.#isPaused()) this.#socket.resume();
  }

  /** Bytes read; 0 if there are none now, or none will come any more. */
  #fill(into: Buffer): number {
    const fd = this.#inside?.fd ?? -1;
    if (fd < 0) return 0;
    try {
      return readSync(fd, into);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== "EAGAIN" && code !== "EWOULDBLOCK") this.#socket.destroy(thrown as Error);
      return 0;
    }
  }

  #receive(bytes: Buffer): void {
    this.#inside?.receive?.(bytes);
  }

  get #inside(): SealedInside["_handle"] {
    return (this.#socket as unknown as SealedInside)._handle;
  }
}
