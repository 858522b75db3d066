import { SampanError } from "../../wire/sampan-error.js";

/** How much of one client's input the server has accepted, across all of that client's connections. */
export class InputIntake {
  readonly #windowBytes: number;
  #accepted = 0;
  #taken = 0;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  /** The position after the last byte that will reach the terminal, whatever becomes of the connection. */
  get accepted(): number {
    return this.#accepted;
  }

  /** The position after the last byte that the terminal has. */
  get taken(): number {
    return this.#taken;
  }

  /** What is new of bytes that begin at position `at`. E_PROTOCOL for a gap, E_TOO_LARGE beyond the window. */
  accept(at: number, bytes: Uint8Array): Uint8Array {
    if (at > this.#accepted) throw new SampanError("E_PROTOCOL", "a gap in what was typed");
    const fresh = bytes.subarray(Math.min(bytes.length, this.#accepted - at));
    if (this.#accepted + fresh.length - this.#taken > this.#windowBytes)
      throw new SampanError("E_TOO_LARGE", `more than ${this.#windowBytes} bytes of input on the way`);
    this.#accepted += fresh.length;
    return fresh;
  }

  /** The terminal has taken `count` more bytes. */
  take(count: number): void {
    this.#taken += count;
  }
}
