import { SampanError } from "../../wire/sampan-error.js";

/** A run of input and the position of its first byte. */
export interface InputPiece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * What was typed and is not yet known to have reached the shell, numbered by byte: after a lost connection the server
 * says how far it got, and all after that is sent again, nothing twice.
 */
export class InputBacklog {
  readonly #windowBytes: number;
  #pieces: InputPiece[] = [];
  #end = 0;
  #sent = 0;
  #taken = 0;

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
  }

  /** Whether more may be typed ahead. */
  get hasRoom(): boolean {
    return this.#end - this.#taken < this.#windowBytes;
  }

  /** Takes a copy of `bytes`. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push({ at: this.#end, bytes: Uint8Array.from(bytes) });
    this.#end += bytes.length;
  }

  /** The next bytes to be sent, as far as the window allows; undefined if there are none for now. */
  next(mostBytes: number): InputPiece | undefined {
    const at = this.#sent;
    const room = Math.min(mostBytes, this.#taken + this.#windowBytes - at);
    const piece = this.#pieces.find((one) => one.at + one.bytes.length > at);
    if (piece === undefined || room <= 0) return undefined;
    const from = at - piece.at;
    const bytes = piece.bytes.subarray(from, from + room);
    this.#sent += bytes.length;
    return { at, bytes };
  }

  /** The terminal has all bytes before `position`. E_PROTOCOL for one that was never sent. */
  taken(position: number): void {
    if (position > this.#sent) throw new SampanError("E_PROTOCOL", "the server has input that was never typed");
    if (position <= this.#taken) return;
    this.#taken = position;
    this.#pieces = this.#pieces.filter((one) => one.at + one.bytes.length > position);
  }

  /** On a new connection: the server has accepted all bytes before `position`, and those after it are sent again. */
  resume(position: number): void {
    if (position > this.#sent || position < this.#taken)
      throw new SampanError("E_PROTOCOL", "the server has lost count of what was typed");
    this.#sent = position;
  }
}
