import { Duplex } from "node:stream";
import { SampanError } from "../wire/sampan-error.js";
import { StreamPace } from "./stream-pace.js";
import type { UdxStream } from "./udx.js";

/**
 * Nothing below stops a sender when nobody reads. An honest peer sends what it was asked for, which is less; whoever
 * sends on and on is cut off before memory is.
 */
const mostUnreadBytes = 64 * 1024 * 1024;

/** Waits shorter than this are not worth a timer. */
const leastWaitMs = 4;

/** A reliable stream over UDP as a stream of Node's, for TLS to lie upon. */
export class UdpStream extends Duplex {
  readonly #stream: UdxStream;
  readonly #pace = new StreamPace();
  /** When, at the pace, what has been written will have left. */
  #leftAtMs = 0;
  #resentPackets = 0;
  #lastResent = 0;

  constructor(stream: UdxStream) {
    super({ allowHalfOpen: false });
    this.#stream = stream;
    stream.on("data", (chunk: Uint8Array) => this.#take(chunk));
    stream.on("end", () => this.push(null));
    stream.on("error", (error) => this.destroy(error));
    stream.on("close", () => this.destroy());
  }

  override _read(): void {}

  // TLS gives each record in memory of its own, which the stream keeps until the other end has it.
  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    if (this.#stream.destroyed) done(new SampanError("E_CONNECTION_LOST", "the stream over UDP is closed"));
    else if (this.#stream.write(chunk)) this.#whenLeft(chunk.length, done);
    else this.#whenDrained(() => this.#whenLeft(chunk.length, done));
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#stream.destroyed) this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.destroy();
    done(error);
  }

  /** Calls back when, at the pace, so many bytes have left. */
  #whenLeft(bytes: number, done: () => void): void {
    const nowMs = performance.now();
    this.#pace.read({ nowMs, roundTripMs: this.#stream.rtt, deliveredBytes: this.#deliveredBytes() });
    this.#leftAtMs = Math.max(nowMs, this.#leftAtMs) + (bytes * 1000) / this.#pace.bytesPerSecond;
    const waitMs = this.#leftAtMs - nowMs;
    if (waitMs < leastWaitMs) done();
    else setTimeout(done, waitMs);
  }

  #deliveredBytes(): number {
    const { bytesTransmitted, inflight, retransmits, mtu } = this.#stream;
    this.#resentPackets += (retransmits - this.#lastResent) & 0xffff;
    this.#lastResent = retransmits;
    return bytesTransmitted - inflight - this.#resentPackets * mtu;
  }

  #whenDrained(done: () => void): void {
    const drained = (): void => {
      this.#stream.off("close", drained);
      this.#stream.off("drain", drained);
      done();
    };
    this.#stream.on("drain", drained);
    this.#stream.on("close", drained);
  }

  #take(chunk: Uint8Array): void {
    if (this.readableLength + chunk.length > mostUnreadBytes) {
      this.destroy(new SampanError("E_TOO_LARGE", `more than ${mostUnreadBytes} bytes came that nobody asked for`));
    } else this.push(chunk);
  }
}
