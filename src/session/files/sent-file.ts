import { blockCount, blockLength, blockOffset } from "../../wire/blocks.js";
import type { FileEntry, OfferedEntry } from "../../wire/entry.js";
import { sameBytes } from "../../wire/hex.js";
import { smallFileBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { DigestAlgorithm, SourceFile, SourceTree } from "../ports.js";
import { DigestList } from "./digest-list.js";
import type { Openable, OpenFiles } from "./open-files.js";
import type { ActiveFile } from "./progress.js";
import { fileDigest } from "./tree-digest.js";

const noBytes = new Uint8Array(0);

/** A file that was offered and is not settled: what the sender knows of it. */
export class SentFile implements Openable {
  readonly entry: OfferedEntry & FileEntry;
  readonly tree: SourceTree;
  readonly shownPath: string;
  /** Length in bytes; of a stream known at its end. */
  bytes: number | undefined;
  /** What the receiver has said that it holds from an earlier run. */
  heldBytes = 0;
  failed = false;
  /** A read came back short: there is nothing more to be read. */
  atEnd = false;
  /** The receiver has said that it has every block. */
  wholeSaid = false;
  readonly #open: OpenFiles;
  #closed = false;
  /** Of a small file; there may be thousands, and each has one. */
  #onlyDigest: Uint8Array | undefined;
  #digests: DigestList | undefined;

  constructor(entry: OfferedEntry & FileEntry, tree: SourceTree, shownPath: string, open: OpenFiles) {
    this.#open = open;
    this.shownPath = shownPath;
    this.entry = entry;
    this.tree = tree;
    this.bytes = entry.bytes;
  }

  get id(): number {
    return this.entry.id;
  }

  /** Whether it travels with others in one message. */
  get isSmall(): boolean {
    const { bytes } = this.entry;
    return bytes !== undefined && bytes <= smallFileBytes;
  }

  get blocks(): number | undefined {
    return this.bytes === undefined ? undefined : blockCount(this.bytes);
  }

  /** Nothing more of it is to be sent: it failed, or the receiver is through with it. */
  get isOver(): boolean {
    return this.failed || this.#closed;
  }

  get isStream(): boolean {
    return this.entry.bytes === undefined;
  }

  openSource(): Promise<SourceFile> {
    if (this.#closed) return Promise.reject(new SampanError("E_PROTOCOL", "a block of a settled file was asked for"));
    return this.tree.open(this.entry);
  }

  /** Opens it, if it is not open, for as long as `work` lasts; others may be closed for it, and it for others later. */
  whileOpen<Result>(work: (opened: SourceFile) => Promise<Result>): Promise<Result> {
    return this.#open.use(this, work);
  }

  /** Notes the digest of a block as it was read, or as the receiver holds it. */
  note(index: number, digest: Uint8Array): void {
    if (this.isSmall) this.#onlyDigest = digest;
    else {
      this.#digests ??= new DigestList();
      this.#digests.set(index, digest);
    }
  }

  knows(index: number): boolean {
    return this.isSmall ? this.#onlyDigest !== undefined : (this.#digests?.has(index) ?? false);
  }

  /** The digest over all blocks, if all are known. */
  digest(algorithm: DigestAlgorithm): Uint8Array | undefined {
    const { blocks } = this;
    if (blocks === undefined) return undefined;
    const run = blocks === 0 ? noBytes : this.isSmall ? this.#onlyDigest : this.#digests?.run(blocks);
    return run && fileDigest(algorithm, run);
  }

  /** Throws unless it has the digest that the receiver has, and the source is what was offered. */
  async confirm(digest: Uint8Array, algorithm: DigestAlgorithm): Promise<void> {
    const own = this.digest(algorithm);
    if (!own || !sameBytes(own, digest)) {
      throw new SampanError("E_DIGEST", "the two ends do not have the same digest", { path: this.entry.path });
    }
    await this.check();
  }

  /** E_SOURCE_CHANGED if the source is no longer what was offered. A small file was checked as it was read. */
  async check(): Promise<void> {
    if (!this.isSmall) await this.whileOpen((opened) => opened.check());
  }

  /** What the receiver holds from an earlier run. E_PROTOCOL for a stream: nobody can take one up again. */
  hold(first: number, digests: readonly Uint8Array[]): void {
    if (this.isStream) throw new SampanError("E_PROTOCOL", "blocks of a stream cannot be held");
    this.checkRange(first, digests.length);
    for (const [at, digest] of digests.entries()) {
      if (this.knows(first + at)) continue;
      this.note(first + at, digest);
      this.heldBytes += blockLength(first + at, this.entry.bytes as number);
    }
  }

  /** E_PROTOCOL unless the file has these blocks. Of a stream, blocks beyond its end are asked for in good faith. */
  checkRange(first: number, count: number): void {
    const blocks = this.isStream ? Number.MAX_SAFE_INTEGER : (this.blocks as number);
    if (first + count > blocks) {
      throw new SampanError(
        "E_PROTOCOL",
        `blocks ${first} to ${first + count - 1} of a file of ${blocks} were asked for`,
      );
    }
  }

  progress(): ActiveFile {
    const read = this.#digests?.count ?? 0;
    const downBytes = this.bytes === undefined ? blockOffset(read) : Math.min(blockOffset(read), this.bytes);
    return { path: this.shownPath, bytes: this.bytes, downBytes };
  }

  close(): void {
    this.#closed = true;
    this.#open.close(this);
  }
}
