import { digestBytes } from "../../wire/hex.js";

/** The digests of a file's blocks, 32 bytes each in one growing buffer, in any order of arrival. */
export class DigestList {
  #bytes: Uint8Array;
  #known: Uint8Array;
  #count = 0;

  constructor(expected = 16) {
    this.#bytes = new Uint8Array(expected * digestBytes);
    this.#known = new Uint8Array(expected);
  }

  /** How many are known. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return this.#known[index] === 1;
  }

  get(index: number): Uint8Array | undefined {
    return this.has(index) ? this.#bytes.subarray(index * digestBytes, (index + 1) * digestBytes) : undefined;
  }

  set(index: number, digest: Uint8Array): void {
    if (index >= this.#known.length) this.#grow(index + 1);
    if (this.#known[index] === 0) this.#count++;
    this.#known[index] = 1;
    this.#bytes.set(digest, index * digestBytes);
  }

  /** The first `count` digests in a row, if all are known. */
  run(count: number): Uint8Array | undefined {
    for (let index = 0; index < count; index++) if (this.#known[index] !== 1) return undefined;
    return this.#bytes.subarray(0, count * digestBytes);
  }

  #grow(least: number): void {
    const length = Math.max(least, this.#known.length * 2);
    const bytes = new Uint8Array(length * digestBytes);
    const known = new Uint8Array(length);
    bytes.set(this.#bytes);
    known.set(this.#known);
    this.#bytes = bytes;
    this.#known = known;
  }
}
