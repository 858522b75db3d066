import type { Entry } from "../../wire/entry.js";
import { toHex } from "../../wire/hex.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { DigestAlgorithm } from "../ports.js";
import { DigestList } from "./digest-list.js";

/*
 * Digests, H being the algorithm of the hello:
 *
 *   block    H(bytes of the block)
 *   file     H(digests of its blocks, 32 bytes each, in order)
 *   entry    H(UTF-8 of the JSON text ["file",path,hex of the file] | ["folder",path] | ["link",path,target])
 *   tree     H(digests of its entries, in the order of the walk)
 *
 * Two levels, always: the digest of a file does not depend on the order of arrival or the number of connections.
 */

/** The digest of a file from the digests of its blocks in a row. */
export function fileDigest(algorithm: DigestAlgorithm, blockDigests: Uint8Array): Uint8Array {
  return algorithm.hash(blockDigests);
}

/** Collects what a tree's digest is made of, entry by entry, in any order. */
export class TreeDigest {
  readonly #algorithm: DigestAlgorithm;
  readonly #leaves = new DigestList(1024);
  #entries = 0;
  #onlyFile: Uint8Array | undefined;

  constructor(algorithm: DigestAlgorithm) {
    this.#algorithm = algorithm;
  }

  /** Notes that the walk has come to entry `id`; folders and links are complete with that. */
  offer(id: number, entry: Entry): void {
    this.#entries = Math.max(this.#entries, id + 1);
    if (entry.type === "folder") this.#set(id, ["folder", entry.path]);
    else if (entry.type === "link") this.#set(id, ["link", entry.path, entry.target]);
  }

  file(id: number, path: string, digest: Uint8Array): void {
    if (id === 0 && path === "") this.#onlyFile = digest;
    this.#set(id, ["file", path, toHex(digest)]);
  }

  /** The digest of everything offered; undefined if that of any entry is not known. A lone file's is its own. */
  result(): string | undefined {
    if (this.#entries === 1 && this.#onlyFile) return toHex(this.#onlyFile);
    const leaves = this.#leaves.run(this.#entries);
    return leaves && toHex(this.#algorithm.hash(leaves));
  }

  #set(id: number, line: readonly string[]): void {
    this.#leaves.set(id, this.#algorithm.hash(encodeUtf8(JSON.stringify(line))));
  }
}
