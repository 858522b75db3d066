import type { OpenFile } from "./open-file.js";

const pieceBytes = 64 * 1024;
const zeros = new Uint8Array(pieceBytes);

/**
 * Sees to it that zeros are where they belong in a part in which a killed run may have left something else: what is a hole
 * already stays one. Thousands of such blocks may wait, as they cost nothing on the wire: they have their turn one after
 * another, all through one small buffer.
 */
export class PartHoles {
  readonly #file: OpenFile;
  #piece: Uint8Array | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(file: OpenFile) {
    this.#file = file;
  }

  clear(position: number, length: number): Promise<void> {
    const own = this.#last.then(() => this.#clear(position, position + length));
    this.#last = own.catch(() => undefined);
    return own;
  }

  async #clear(start: number, end: number): Promise<void> {
    this.#piece ??= new Uint8Array(pieceBytes);
    for (let at = start; at < end; at += pieceBytes) {
      const piece = this.#piece.subarray(0, Math.min(pieceBytes, end - at));
      const count = this.#file.readNow(piece, at) ?? (await this.#file.read(piece, at));
      if (Buffer.compare(piece.subarray(0, count), zeros.subarray(0, count)) === 0) continue;
      await this.#file.write(zeros, count, at);
    }
  }
}
