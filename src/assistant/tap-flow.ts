import type { RawConnection, RawEndpoint, RawEvents } from "../transport/raw/connection.js";
import { type SampanError, toSampanError } from "../wire/sampan-error.js";
import { LentBuffers } from "./lent-buffers.js";
import type { Direction } from "./side.js";
import type { TapEvents, TapFlow } from "./tap-events.js";

/** Above this waiting for one side, the other is not read. A thousand flows that are stuck hold some 100 MiB. */
const maxWaitingBytes = 64 * 1024;

/** Datagrams cannot be held up, so what waits above this is lost, as it would be on any full line. */
const maxWaitingDatagramBytes = 1024 * 1024;

/** Chunks are copied once, for the memory that they were read into serves all connections. */
const buffers = new LentBuffers(64 * 1024);

export type DialTarget = (events: RawEvents, signal: AbortSignal) => Promise<RawEndpoint>;

/** Passes bytes between one client and the target, each side read no faster than the other takes it. */
export class PassedFlow implements TapFlow {
  readonly id: number;
  readonly kind: RawConnection["kind"];
  readonly client: string;
  target: string;
  inBytes = 0;
  outBytes = 0;
  readonly #events: TapEvents;
  readonly #client: RawConnection;
  readonly #abort = new AbortController();
  #target: RawConnection | undefined;
  #endpoint: RawEndpoint | undefined;
  /** Datagrams that came before the target's socket was there. */
  readonly #early: Uint8Array[] = [];
  #earlyBytes = 0;
  readonly #pausedSides = new Set<Direction>();
  readonly #endedSides = new Set<Direction>();
  #error: SampanError | undefined;
  #clientClosed = false;
  #targetClosed = false;
  #told = false;

  constructor(client: RawConnection, target: string, events: TapEvents) {
    this.id = client.id;
    this.kind = client.kind;
    this.client = client.peer;
    this.target = target;
    this.#client = client;
    this.#events = events;
  }

  /** Connects to the target. Until then the client is not read; if it fails, the client is closed. */
  start(dial: DialTarget): void {
    this.#client.pause();
    dial(this.#targetEvents(), this.#abort.signal).then(
      (endpoint) => {
        this.#endpoint = endpoint;
        // It stood just as the client went.
        if (this.#clientClosed && this.#endedSides.size < 2) void endpoint.close();
      },
      (thrown: unknown) => {
        if (!this.#clientClosed && !this.#abort.signal.aborted) this.#error ??= toSampanError(thrown);
        this.#targetClosed = true;
        this.#client.reset();
        this.#tellClosed();
      },
    );
  }

  fromClient(bytes: Uint8Array): void {
    if (this.#target) return this.#pass("in", this.#client, this.#target, bytes);
    if (this.kind === "stream" || this.#earlyBytes + bytes.length > maxWaitingDatagramBytes) return;
    this.#early.push(Uint8Array.from(bytes));
    this.#earlyBytes += bytes.length;
  }

  clientEnded(): void {
    this.#endedSides.add("in");
    this.#events.ended(this, "in");
    this.#target?.endSending();
  }

  clientClosed(error: SampanError | undefined): void {
    this.#clientClosed = true;
    this.#error ??= error;
    this.#abort.abort();
    this.#closeOther(this.#target, error);
    this.#tellClosed();
  }

  async close(): Promise<void> {
    this.#client.destroy();
    this.#abort.abort();
    await this.#endpoint?.close();
  }

  #targetEvents(): RawEvents {
    return {
      opened: (connection) => {
        if (this.#target) return connection.destroy();
        this.#target = connection;
        this.target = connection.peer;
        this.#events.opened(this);
        for (const bytes of this.#early.splice(0)) this.fromClient(bytes);
        this.#client.resume();
      },
      chunk: (connection, bytes) => this.#pass("out", connection, this.#client, bytes),
      ended: () => {
        this.#endedSides.add("out");
        this.#events.ended(this, "out");
        this.#client.endSending();
      },
      closed: (_, error) => {
        this.#targetClosed = true;
        this.#error ??= error;
        this.#closeOther(this.#client, error);
        this.#tellClosed();
      },
      trouble: (_, error) => this.#events.trouble?.(this, error),
    };
  }

  #pass(direction: Direction, from: RawConnection, to: RawConnection, bytes: Uint8Array): void {
    if (direction === "in") this.inBytes += bytes.length;
    else this.outBytes += bytes.length;
    this.#events.chunk(this, direction, bytes);
    if (this.kind === "datagram") {
      // Already in memory of its own.
      if (to.queuedBytes <= maxWaitingDatagramBytes) to.send(bytes, (error) => this.#datagramSent(error));
      return;
    }
    const buffer = bytes.length > buffers.bytes ? new Uint8Array(bytes.length) : buffers.take();
    buffer.set(bytes);
    to.send(buffer.subarray(0, bytes.length), () => {
      if (buffer.length === buffers.bytes) buffers.give(buffer);
      if (to.queuedBytes <= maxWaitingBytes && this.#pausedSides.delete(direction)) from.resume();
    });
    if (to.queuedBytes <= maxWaitingBytes) return;
    this.#pausedSides.add(direction);
    from.pause();
  }

  #datagramSent(error: SampanError | undefined): void {
    if (error && error.code !== "E_CONNECTION_LOST") this.#events.trouble?.(this, error);
  }

  /** One side is over: if both have ended in order the other one ends by itself, once it has taken what waits for it. */
  #closeOther(other: RawConnection | undefined, error: SampanError | undefined): void {
    if (error) other?.reset();
    else if (this.#endedSides.size < 2) other?.destroy();
  }

  #tellClosed(): void {
    if (this.#told || !this.#clientClosed || !this.#targetClosed) return;
    this.#told = true;
    this.#events.closed(this, this.#error);
  }
}
