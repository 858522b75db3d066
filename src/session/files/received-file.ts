import { blockCount, blockLength, blockOffset } from "../../wire/blocks.js";
import type { FileEntry, OfferedEntry } from "../../wire/entry.js";
import { digestBytes, sameBytes } from "../../wire/hex.js";
import { maxFileBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { DigestAlgorithm, ExistingFile, PartFile } from "../ports.js";
import { DigestList } from "./digest-list.js";
import type { ActiveFile } from "./progress.js";
import type { ReceiveLane } from "./receive-lane.js";
import type { DataPart } from "./transfer-message.js";

/** A damaged block is asked for so often before the file is given up. */
export const maxTriesPerBlock = 4;

/** Blocks of a stream asked ahead, as nobody knows where it ends. */
const streamBlocksAhead = 32;

export interface Range {
  readonly first: number;
  readonly count: number;
}

/** A file of several blocks while it arrives: which blocks are here, asked for, and missing. */
export class ReceivedFile {
  readonly entry: OfferedEntry & FileEntry;
  readonly path: string;
  readonly part: PartFile;
  readonly digests: DigestList;
  /** The file that is there already, whose blocks are compared with the sender's. */
  readonly basis: ExistingFile | undefined;
  readonly basisPath: string | undefined;
  bytes: number | undefined;
  downBytes = 0;
  heldBytes = 0;
  wholeSent = false;
  /** By block number, the connection it was asked on. */
  readonly #asked = new Map<number, ReceiveLane>();
  readonly #again: number[] = [];
  /** Blocks asked on a second connection as well: one more copy of each may come. */
  readonly #askedTwice = new Set<number>();
  readonly #tries = new Map<number, number>();
  /** What the sender was told of the basis. */
  readonly #basisDigests = new DigestList();
  /** Blocks that the basis has and the part does not. */
  readonly #sameAsBasis: number[] = [];
  #next = 0;
  /** Of a stream: the highest block that came, and the one that came short, which has to be the last. */
  #highest = -1;
  #short = Number.POSITIVE_INFINITY;

  constructor(
    entry: OfferedEntry & FileEntry,
    path: string,
    part: PartFile,
    basis?: ExistingFile | undefined,
    basisPath?: string | undefined,
  ) {
    this.basisPath = basisPath;
    this.entry = entry;
    this.path = path;
    this.part = part;
    this.basis = basis;
    this.bytes = entry.bytes;
    // It grows with what arrives: a peer that declares a petabyte gets no memory for saying so.
    this.digests = new DigestList();
    for (const [index, digest] of part.held) {
      this.digests.set(index, digest);
      this.heldBytes += this.#length(index);
    }
    this.downBytes = this.heldBytes;
  }

  get isComplete(): boolean {
    return this.bytes !== undefined && this.digests.count >= blockCount(this.bytes);
  }

  /** Whether every block came out the same as the basis, so that the file there can stay. */
  get isBasis(): boolean {
    return this.basis !== undefined && this.#sameAsBasis.length === this.digests.count;
  }

  progress(): ActiveFile {
    return { path: this.path, bytes: this.bytes, downBytes: this.downBytes };
  }

  /** The next blocks in a row that have to be asked for, at most `most`; they count as asked on `lane` from now on. */
  nextRange(most: number, lane: ReceiveLane): Range | undefined {
    const again = this.#again.pop();
    if (again !== undefined) {
      this.#asked.set(again, lane);
      return { first: again, count: 1 };
    }
    const end = this.bytes === undefined ? this.digests.count + streamBlocksAhead : blockCount(this.bytes);
    while (this.#next < end && this.digests.has(this.#next)) this.#next++;
    const first = this.#next;
    while (this.#next < end && this.#next - first < most && !this.digests.has(this.#next)) {
      this.#asked.set(this.#next++, lane);
    }
    const count = this.#next - first;
    return count > 0 ? { first, count } : undefined;
  }

  /** Finds the block that will come last of those asked on `slow`, once each, and counts it as asked on `idle`. */
  moveAsk(slow: ReceiveLane, idle: ReceiveLane): Range | undefined {
    if (this.bytes === undefined || this.basis) return undefined;
    let first: number | undefined;
    for (const [index, lane] of this.#asked) if (lane === slow && !this.#askedTwice.has(index)) first = index;
    if (first === undefined) return undefined;
    this.#askedTwice.add(first);
    this.#asked.set(first, idle);
    return { first, count: 1 };
  }

  /** Takes back what was asked on a connection that is gone. */
  takeBack(lane: ReceiveLane): void {
    for (const [index, asked] of this.#asked) {
      if (asked !== lane) continue;
      this.#asked.delete(index);
      this.#again.push(index);
    }
  }

  /** Content bytes of a range. */
  rangeBytes(range: Range): number {
    const end = range.first + range.count;
    const endOffset = this.bytes === undefined ? blockOffset(end) : Math.min(blockOffset(end), this.bytes);
    return endOffset - blockOffset(range.first);
  }

  /** Digests of the basis for a range, 32 bytes a block. */
  async basisDigests(range: Range, algorithm: DigestAlgorithm): Promise<Uint8Array | undefined> {
    if (!this.basis) return undefined;
    const digests = new Uint8Array(range.count * digestBytes);
    for (let at = 0; at < range.count; at++) {
      const digest = algorithm.hash(await this.#readBasis(this.basis, range.first + at));
      this.#basisDigests.set(range.first + at, digest);
      digests.set(digest, at * digestBytes);
    }
    return digests;
  }

  /**
   * Checks a part against what was asked and against its digest. False if it is damaged and has to be asked for again, or
   * is a second copy; E_DIGEST after too many tries, E_PROTOCOL if nobody asked for it.
   */
  accept(part: DataPart, lane: ReceiveLane, digestOf: (part: DataPart) => Uint8Array): boolean {
    const { index, length } = part;
    if (!this.#asked.has(index)) {
      if (this.#askedTwice.delete(index)) {
        lane.cameLate(length);
        return false;
      }
      throw new SampanError("E_PROTOCOL", `block ${index} of ${this.entry.id} came, and nobody asked for it`);
    }
    const mostBytes = this.#length(index);
    if (this.bytes === undefined ? length > mostBytes || length === 0 : length !== mostBytes) {
      throw new SampanError("E_PROTOCOL", `block ${index} of ${this.entry.id} has ${length} bytes, not ${mostBytes}`);
    }
    if (this.bytes === undefined) this.#checkOrder(index, length < mostBytes);
    const basisDigest = this.#basisDigests.get(index);
    if (part.how === "same" && !(basisDigest && sameBytes(basisDigest, part.digest))) {
      throw new SampanError("E_PROTOCOL", `block ${index} of ${this.entry.id} was said to be the same, and it is not`);
    }
    const asked = this.#asked.get(index) as ReceiveLane;
    this.#asked.delete(index);
    if (asked === lane) lane.outstandingBytes -= mostBytes;
    else {
      asked.becomeLate(mostBytes);
      lane.cameLate(mostBytes);
    }
    if (part.how === "same" || part.how === "differs" || sameBytes(digestOf(part), part.digest)) return true;
    const tries = (this.#tries.get(index) ?? 1) + 1;
    if (tries > maxTriesPerBlock) {
      throw new SampanError("E_DIGEST", `block ${index} arrived damaged ${tries - 1} times`, { path: this.path });
    }
    this.#tries.set(index, tries);
    this.#again.push(index);
    return false;
  }

  /** E_PROTOCOL for a short block of a stream before others: they would not lie where their numbers say. */
  #checkOrder(index: number, isShort: boolean): void {
    if (index > this.#short || (isShort && index < this.#highest)) {
      throw new SampanError("E_PROTOCOL", `a short block of ${this.entry.id} came that is not the last of its stream`);
    }
    this.#highest = Math.max(this.#highest, index);
    if (isShort) this.#short = index;
  }

  /** Puts an accepted part down. */
  async write(part: DataPart): Promise<void> {
    if (part.how === "same") this.#sameAsBasis.push(part.index);
    else {
      const content = part.how === "zero" ? "zero" : part.content;
      await this.part.write(part.index, content, blockOffset(part.index), part.length, part.digest);
    }
    this.digests.set(part.index, part.digest);
    this.downBytes += part.length;
  }

  /** Sets the length of a stream; what was asked beyond it will not come. */
  endAt(bytes: number): void {
    if (this.bytes !== undefined) throw new SampanError("E_PROTOCOL", "the length was known already");
    this.release();
    this.bytes = bytes;
  }

  /** E_PROTOCOL unless what has come adds up to the length: that of a stream is only known from what the peer says. */
  checkWhole(): void {
    if (this.digests.count === blockCount(this.bytes as number) && this.downBytes === this.bytes) return;
    throw new SampanError("E_PROTOCOL", `${this.downBytes} bytes came of a stream that is said to have ${this.bytes}`);
  }

  /** Nothing more is expected of what was asked for. */
  release(): void {
    for (const [index, lane] of this.#asked) lane.outstandingBytes -= this.#length(index);
    this.#asked.clear();
  }

  /** Copies the blocks that only the basis has, so that the part is whole. E_INTERRUPTED when `isStopped` says so. */
  async completeFromBasis(algorithm: DigestAlgorithm, isStopped: () => boolean): Promise<void> {
    if (!this.basis) return;
    for (const index of this.#sameAsBasis) {
      if (isStopped()) throw new SampanError("E_INTERRUPTED", "the transfer is over", { path: this.path });
      const content = await this.#readBasis(this.basis, index);
      const digest = this.digests.get(index) as Uint8Array;
      if (!sameBytes(algorithm.hash(content), digest)) {
        throw new SampanError("E_SOURCE_CHANGED", "the file here was changed while it was compared", {
          path: this.path,
        });
      }
      await this.part.write(index, content, blockOffset(index), content.length, digest);
    }
  }

  /** The blocks of an earlier run, as runs of numbers with their digests. */
  *heldRuns(mostBlocks: number): Generator<{ first: number; digests: Uint8Array }> {
    const held = [...this.part.held.keys()].sort((a, b) => a - b);
    for (let at = 0; at < held.length; ) {
      const first = held[at] as number;
      let count = 1;
      while (count < mostBlocks && held[at + count] === first + count) count++;
      const digests = new Uint8Array(count * digestBytes);
      for (let n = 0; n < count; n++) digests.set(this.part.held.get(first + n) as Uint8Array, n * digestBytes);
      yield { first, digests };
      at += count;
    }
  }

  #length(index: number): number {
    return blockLength(index, this.bytes ?? maxFileBytes);
  }

  async #readBasis(basis: ExistingFile, index: number): Promise<Uint8Array> {
    const content = new Uint8Array(this.#length(index));
    const count = await basis.read(content, blockOffset(index));
    return content.subarray(0, count);
  }
}
