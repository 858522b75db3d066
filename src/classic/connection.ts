import type { Socket } from "node:net";
import { connectionError } from "../transport/socket-error.js";
import { SampanError } from "../wire/sampan-error.js";
import { hostPort } from "./address.js";

/** What is read ahead of the one who reads; beyond it the kernel slows the peer down. */
const maxHeldBytes = 64 * 1024;

/**
 * A connection that is read by asking, as the tutorials do, but exactly: `readExactly(n)` gives n bytes, however they
 * came. Reading goes on a little ahead, so that the end of a peer is noticed while nobody reads.
 */
export class Connection {
  readonly peer: string;
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #ended = false;
  #failure: SampanError | undefined;
  #wake: (() => void) | undefined;
  readonly #onGone = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    this.peer = hostPort(socket.remoteAddress ?? "?", socket.remotePort ?? 0);
    socket.setNoDelay(true);
    // A peer whose machine is gone would stay for ever.
    socket.setKeepAlive(true, 60_000);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.once("end", () => this.#finish(undefined));
    socket.once("error", (error) => this.#finish(connectionError(error)));
    socket.once("close", () => this.#finish(new SampanError("E_CONNECTION_LOST", "the connection was closed")));
  }

  /** What one read returns: 1 to `maxBytes` bytes; undefined at the end. Waits until there is something. */
  async readSome(maxBytes: number): Promise<Buffer | undefined> {
    await this.#until(() => this.#heldBytes > 0);
    if (this.#heldBytes === 0) return undefined;
    const first = this.#chunks[0] as Buffer;
    if (first.length < maxBytes && this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#shift(Math.min(maxBytes, (this.#chunks[0] as Buffer).length));
  }

  /** The next `count` bytes; E_CONNECTION_LOST if the stream ends before. The caller has held `count` against a cap. */
  async readExactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const part = await this.readSome(missing);
      if (part === undefined) throw this.#endedWithin(count - missing, count);
      missing -= part.length;
      if (missing === 0 && parts.length === 0) return part;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  /** Waits for the first byte of what follows; false if the stream ends instead. */
  async hasMore(): Promise<boolean> {
    await this.#until(() => this.#heldBytes > 0);
    return this.#heldBytes > 0;
  }

  /** Whether bytes come within `waitMs`; false at the end, too. */
  async hasMoreWithin(waitMs: number): Promise<boolean> {
    if (this.#heldBytes > 0 || this.#ended) return this.#heldBytes > 0;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), waitMs);
    });
    try {
      return await Promise.race([this.hasMore(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts bytes back, to be read next. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#chunks.unshift(bytes);
    this.#heldBytes += bytes.length;
  }

  /** Whether the peer has ended its direction, or the connection is gone; held bytes can still be read. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Bytes that have come and that nobody has read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Calls `listener` when the peer ends its direction, when the connection breaks, or when it sends without measure. */
  onGone(listener: () => void): () => void {
    this.#onGone.add(listener);
    if (this.#ended || this.#heldBytes > maxHeldBytes) listener();
    return () => void this.#onGone.delete(listener);
  }

  /** Sends; fulfilled when the kernel has taken all of it, so that the buffer is free and a slow peer slows us down. */
  send(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed || this.#socket.writableEnded) return reject(this.#lost());
      const closed = (): void => reject(this.#lost());
      this.#socket.once("close", closed);
      this.#socket.write(bytes, (error) => {
        this.#socket.off("close", closed);
        if (error) reject(connectionError(error));
        else resolve();
      });
    });
  }

  /** Ends our direction after what was sent. */
  endSending(): void {
    if (!this.#socket.destroyed) this.#socket.end();
  }

  /** Ends both directions at once, and lets the peer see it as a reset: what was under way is not whole. */
  abort(): void {
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }

  /** Ends our direction, and closes when the peer has ended its own, or after `waitMs`. False if the wait was over. */
  async close(waitMs: number): Promise<boolean> {
    if (this.#socket.destroyed) return true;
    this.#socket.end();
    this.#chunks = [];
    this.#heldBytes = 0;
    this.#socket.removeAllListeners("data");
    this.#socket.resume();
    const inTime = await this.#closedWithin(waitMs);
    this.#socket.destroy();
    return inTime;
  }

  /** How the connection broke, if it did. */
  get failure(): SampanError | undefined {
    return this.#failure;
  }

  #closedWithin(waitMs: number): Promise<boolean> {
    if (this.#socket.closed) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), waitMs);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > maxHeldBytes) {
      this.#socket.pause();
      if (this.#wake === undefined) this.#tellGone();
    }
    this.#awake();
  }

  #finish(failure: SampanError | undefined): void {
    if (this.#ended && (failure === undefined || this.#failure !== undefined)) return;
    if (failure !== undefined && !this.#ended) this.#failure = failure;
    this.#ended = true;
    this.#tellGone();
    this.#awake();
  }

  #tellGone(): void {
    for (const listener of this.#onGone) listener();
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere() && !this.#ended) {
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before?.();
          resolve();
        };
      });
    }
    if (!isThere() && this.#failure !== undefined) throw this.#failure;
  }

  #shift(count: number): Buffer {
    const first = this.#chunks[0] as Buffer;
    if (first.length === count) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    this.#heldBytes -= count;
    if (this.#heldBytes <= maxHeldBytes / 2 && !this.#socket.destroyed) this.#socket.resume();
    return first.subarray(0, count);
  }

  #endedWithin(got: number, wanted: number): SampanError {
    return new SampanError("E_CONNECTION_LOST", `the connection ended after ${got} of ${wanted} bytes`);
  }

  #lost(): SampanError {
    return this.#failure ?? new SampanError("E_CONNECTION_LOST", "the connection was closed");
  }
}
