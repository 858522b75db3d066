import { SampanError } from "../../wire/sampan-error.js";
import type { RawConnection } from "./connection.js";
import { maxDatagramBytes } from "./datagram-options.js";
import { datagramError } from "./raw-error.js";

/** What a datagram connection asks of the socket that it shares with others. */
export interface DatagramCarrier {
  send(connection: DatagramConnection, bytes: Uint8Array, sent: (error: Error | null) => void): void;
  forget(connection: DatagramConnection): void;
}

/** One address at the other end of a UDP socket. */
export class DatagramConnection implements RawConnection {
  readonly kind = "datagram";
  readonly id: number;
  readonly peer: string;
  readonly host: string;
  readonly port: number;
  /** When something last came from it or went to it, by `performance.now()`. */
  movedAtMs = performance.now();
  isOpen = true;
  readonly #carrier: DatagramCarrier;
  #queuedBytes = 0;

  constructor(
    id: number,
    peer: string,
    where: { readonly host: string; readonly port: number },
    carrier: DatagramCarrier,
  ) {
    this.id = id;
    this.peer = peer;
    this.host = where.host;
    this.port = where.port;
    this.#carrier = carrier;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** `sent` has E_USAGE for a datagram above the limit, which is not sent in part. */
  send(bytes: Uint8Array, sent: (error: SampanError | undefined) => void = () => {}): void {
    const limit = maxDatagramBytes(this.host);
    if (!this.isOpen) {
      const message = `nothing can be sent to ${this.peer} any more: it is closed`;
      process.nextTick(sent, new SampanError("E_CONNECTION_LOST", message));
    } else if (bytes.length > limit) {
      const message = `a datagram of ${bytes.length} bytes cannot be sent; the most is ${limit}`;
      process.nextTick(sent, new SampanError("E_USAGE", message));
    } else {
      this.movedAtMs = performance.now();
      this.#queuedBytes += bytes.length;
      this.#carrier.send(this, bytes, (error) => {
        this.#queuedBytes -= bytes.length;
        sent(error ? datagramError(error, this.peer) : undefined);
      });
    }
  }

  destroy(): void {
    this.#carrier.forget(this);
  }

  reset(): void {
    this.#carrier.forget(this);
  }

  endSending(): void {}
  pause(): void {}
  resume(): void {}
}
