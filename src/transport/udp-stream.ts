import { Duplex } from "node:stream";
import { SampanError } from "../wire/sampan-error.js";
import type { UdxStream } from "./udx.js";

/**
 * Nothing below stops a sender when nobody reads. An honest peer sends what it was asked for, which is less; whoever
 * sends on and on is cut off before memory is.
 */
const mostUnreadBytes = 64 * 1024 * 1024;

/** A reliable stream over UDP as a stream of Node's, for TLS to lie upon. */
export class UdpStream extends Duplex {
  readonly #stream: UdxStream;

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
    else if (this.#stream.write(chunk)) done();
    else this.#whenDrained(done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#stream.destroyed) this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.destroy();
    done(error);
  }

  #whenDrained(done: (error?: Error) => void): void {
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
