import type { RawConnection } from "../transport/raw/connection.js";
import { SampanError } from "../wire/sampan-error.js";

/** While so much waits for a peer that does not read, the peer is not read either: it would only cause more. */
const pauseAboveBytes = 256 * 1024;

/** More than this does not wait for a peer; what comes after it is refused. One send of any size is taken. */
const maxQueuedBytes = 8 * 1024 * 1024;

/** Why a peer is not read for now. */
type Hold = "view" | "queue" | "script";

/** One peer, sent to no faster than it reads, and read no faster than what it sends is dealt with. */
export class Party {
  readonly connection: RawConnection;
  /** Fulfilled when the connection is over. */
  readonly over: Promise<void>;
  readonly #holds = new Set<Hold>();
  readonly #failed: (error: SampanError) => void;
  #waiters: (() => void)[] = [];
  #toldFull = false;
  #closed = false;
  #end = (): void => {};
  #ending = false;

  constructor(connection: RawConnection, failed: (error: SampanError) => void) {
    this.connection = connection;
    this.#failed = failed;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Sends, and returns true; or tells why not. */
  send(bytes: Uint8Array): boolean {
    const { queuedBytes, id } = this.connection;
    if (this.#closed || this.#ending) {
      this.#failed(new SampanError("E_CONNECTION_LOST", `not sent: sending to peer ${id} has ended`));
      return false;
    }
    if (queuedBytes > 0 && queuedBytes + bytes.length > maxQueuedBytes) {
      if (!this.#toldFull) this.#failed(doesNotRead(id, queuedBytes));
      this.#toldFull = true;
      return false;
    }
    this.connection.send(bytes, (error) => this.#sent(error));
    if (this.connection.queuedBytes > pauseAboveBytes) this.hold("queue");
    return true;
  }

  endSending(): void {
    this.#ending = true;
    this.connection.endSending();
  }

  hold(why: Hold): void {
    this.#holds.add(why);
    if (this.#holds.size === 1 && !this.#closed) this.connection.pause();
  }

  release(why: Hold): void {
    if (this.#holds.delete(why) && this.#holds.size === 0 && !this.#closed) this.connection.resume();
  }

  /** Fulfilled when no more than `mostBytes` wait to be sent, or the connection is over. */
  async room(mostBytes: number = pauseAboveBytes): Promise<void> {
    while (!this.#closed && this.connection.queuedBytes > mostBytes) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  closed(): void {
    this.#closed = true;
    this.#end();
    this.#wake();
  }

  #sent(error: SampanError | undefined): void {
    if (error !== undefined && !this.#closed) this.#failed(error);
    this.#wake();
    if (this.connection.queuedBytes > pauseAboveBytes) return;
    this.#toldFull = false;
    this.release("queue");
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

function doesNotRead(id: number, queuedBytes: number): SampanError {
  return new SampanError(
    "E_BUSY",
    `peer ${id} does not read: ${Math.floor(queuedBytes / 1024)} KiB wait for it; until it reads, nothing more is sent to it`,
  );
}
