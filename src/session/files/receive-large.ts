import { toHex } from "../../wire/hex.js";
import { blockBytes } from "../../wire/limits.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { DigestAlgorithm, PartFile, TargetTree } from "../ports.js";
import { noPart } from "./no-part.js";
import type { ReceiveLane } from "./receive-lane.js";
import type { AskSource } from "./receive-lanes.js";
import type { OfferedFile, ReceiveTally } from "./receive-tally.js";
import { ReceivedFile } from "./received-file.js";
import type { DataPart } from "./transfer-message.js";
import { fileDigest } from "./tree-digest.js";

const maxActiveFiles = 32;
/** Blocks in one ask: small enough that several connections share a file. */
const rangeBlocks = 16;
const heldRunBlocks = 16_384;

export interface LargeFileOrder {
  readonly entry: OfferedFile;
  readonly path: string;
  /** The path for which it was offered, where that was taken. */
  readonly offeredAs: string | undefined;
  /** Compare with the file that is at this path, rather than fetch it all. */
  readonly compareWith: string | undefined;
}

export interface ReceiveLargeHost {
  readonly channel: Channel;
  readonly target: TargetTree;
  readonly digest: DigestAlgorithm;
  readonly dryRun: boolean;
  readonly tally: ReceiveTally;
  /** Something has moved on: the transfer may be over. */
  moved(): void;
  stop(error: SampanError): void;
}

/** Files of several blocks: begun or taken up, asked for in ranges, agreed on, and put under their names. */
export class ReceiveLarge implements AskSource {
  readonly #host: ReceiveLargeHost;
  readonly #queue: LargeFileOrder[] = [];
  readonly #active = new Map<number, ReceivedFile>();
  readonly #zeroDigests = new Map<number, Uint8Array>();
  /** Files being begun, compared or committed. */
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(host: ReceiveLargeHost) {
    this.#host = host;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#active.size === 0 && this.#running.size === 0;
  }

  get files(): Iterable<ReceivedFile> {
    return this.#active.values();
  }

  add(order: LargeFileOrder): void {
    this.#queue.push(order);
  }

  file(id: number): ReceivedFile | undefined {
    return this.#active.get(id);
  }

  /** Begins what may begin. */
  beginMore(): void {
    while (this.#queue.length > 0 && this.#active.size + this.#running.size < maxActiveFiles) {
      this.#run(this.#begin(this.#queue.shift() as LargeFileOrder));
    }
  }

  askOn(lane: ReceiveLane, roomBytes: number): boolean {
    const mostBlocks = Math.min(rangeBlocks, Math.max(1, Math.floor(roomBytes / blockBytes)));
    for (const file of this.#active.values()) {
      const range = file.nextRange(mostBlocks, lane);
      if (!range) continue;
      const bytes = file.rangeBytes(range);
      if (file.basis) this.#run(this.#askUnlessSame(file, range, bytes, lane));
      else lane.ask(file.entry.id, range.first, range.count, bytes);
      return true;
    }
    return false;
  }

  askAgain(slow: ReceiveLane, idle: ReceiveLane): boolean {
    for (const file of this.#active.values()) {
      const range = file.moveAsk(slow, idle);
      if (!range) continue;
      const bytes = file.rangeBytes(range);
      slow.becomeLate(bytes);
      idle.ask(file.entry.id, range.first, range.count, bytes);
      // What comes on the slow connection after all may come when the file has its name.
      this.#host.tally.gone.add(file.entry.id);
      return true;
    }
    return false;
  }

  /** What was asked on a connection that is gone will be asked on others. */
  takeBack(lane: ReceiveLane): void {
    for (const file of this.#active.values()) file.takeBack(lane);
  }

  /** Checks a part; a promise of it being down, or undefined if there is nothing to be put down. */
  accept(file: ReceivedFile, part: DataPart, lane: ReceiveLane): Promise<void> | undefined {
    if (part.how !== "bytes") lane.cameInAWord(part.length);
    try {
      if (!file.accept(part, lane, (one) => this.#digestOf(one))) return undefined;
    } catch (thrown) {
      const error = toSampanError(thrown);
      if (error.code !== "E_DIGEST") throw error;
      this.fail(file, error, true);
      return undefined;
    }
    if (part.how !== "differs") return this.#write(file, part);
    this.#drop(file);
    this.#host.tally.wouldReplace(file.entry, file.path);
    return undefined;
  }

  async #write(file: ReceivedFile, part: DataPart): Promise<void> {
    try {
      await file.write(part);
    } catch (thrown) {
      const error = toSampanError(thrown);
      if (error.code === "E_NO_SPACE" || error.code === "E_BUG") throw error;
      this.fail(file, error, true);
      return;
    }
    this.wholeIfComplete(file);
  }

  /** Tells the sender, once, that every block is here. */
  wholeIfComplete(file: ReceivedFile): void {
    if (!file.isComplete || file.wholeSent || !this.#active.has(file.entry.id)) return;
    file.checkWhole();
    file.wholeSent = true;
    const digest = toHex(this.#digestOfFile(file));
    this.#host.channel.send({ kind: "whole", parts: [[file.entry.id, digest]] });
  }

  /** The sender has the same digest and an unchanged file: it gets its name. */
  agreed(file: ReceivedFile): void {
    if (!file.wholeSent) throw new SampanError("E_PROTOCOL", "agreed to a file that is not whole");
    this.#active.delete(file.entry.id);
    this.#run(this.#commit(file));
  }

  fail(file: ReceivedFile, error: SampanError, tell: boolean): void {
    if (!this.#drop(file)) return;
    this.#host.tally.failed(file.entry, file.path, error, tell);
  }

  #drop(file: ReceivedFile): boolean {
    if (!this.#active.delete(file.entry.id)) return false;
    file.release();
    file.part.discard();
    file.basis?.close();
    return true;
  }

  /** Forgets a file that waits for its turn; false if none does. */
  forget(id: number): LargeFileOrder | undefined {
    const at = this.#queue.findIndex((order) => order.entry.id === id);
    return at < 0 ? undefined : this.#queue.splice(at, 1)[0];
  }

  /** Keeps what has arrived for the next run, which may begin any of these files as soon as this resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#queue.length = 0;
    const files = [...this.#active.values()];
    this.#active.clear();
    for (const file of files) file.basis?.close();
    await Promise.allSettled(files.map(({ part, entry }) => this.#keep(part, entry)));
    await Promise.all(this.#running);
  }

  /** Keeps a part for the next run; not that of a stream, which cannot be read again from where it stopped. */
  async #keep(part: PartFile, entry: LargeFileOrder["entry"]): Promise<void> {
    if (entry.bytes === undefined) part.discard();
    else await part.close();
  }

  #run(work: Promise<void>): void {
    const running = work
      .catch((thrown) => this.#host.stop(toSampanError(thrown)))
      .finally(() => {
        this.#running.delete(running);
        if (!this.#stopped) this.#host.moved();
      });
    this.#running.add(running);
  }

  async #begin({ entry, path, offeredAs, compareWith }: LargeFileOrder): Promise<void> {
    const { target, tally, channel, dryRun } = this.#host;
    let part: PartFile | undefined;
    try {
      part = dryRun ? noPart : await target.begin(path, entry, offeredAs);
      if (this.#stopped) return await this.#keep(part, entry);
      const basis = compareWith === undefined ? undefined : await target.openExisting(compareWith);
      const file = new ReceivedFile(entry, path, part, basis, compareWith);
      if (!dryRun) tally.begun(path, entry.bytes, file.heldBytes);
      for (const { first, digests } of file.heldRuns(heldRunBlocks)) {
        channel.send({ kind: "held", id: entry.id, first }, digests);
        await channel.drained();
      }
      if (this.#stopped) {
        basis?.close();
        return await this.#keep(part, entry);
      }
      this.#active.set(entry.id, file);
      this.wholeIfComplete(file);
    } catch (thrown) {
      const error = toSampanError(thrown);
      await part?.close();
      if (this.#stopped) return;
      if (error.code === "E_NO_SPACE" || error.code === "E_BUG") throw error;
      tally.failed(entry, path, error, true);
    }
  }

  async #askUnlessSame(
    file: ReceivedFile,
    range: { first: number; count: number },
    bytes: number,
    lane: ReceiveLane,
  ): Promise<void> {
    lane.outstandingBytes += bytes;
    let have: Uint8Array | undefined;
    try {
      have = await file.basisDigests(range, this.#host.digest);
    } catch (thrown) {
      this.fail(file, toSampanError(thrown), true);
    }
    // The sender has been told of a file that is through, and takes no more asks for it; what was outstanding is given back.
    if (this.#active.get(file.entry.id) !== file) return;
    lane.outstandingBytes -= bytes;
    if (have) lane.askUnlessSame(file.entry.id, range.first, range.count, bytes, have, this.#host.dryRun);
  }

  async #commit(file: ReceivedFile): Promise<void> {
    const { tally, target, dryRun } = this.#host;
    const { entry, path } = file;
    const bytes = file.bytes as number;
    const digest = this.#digestOfFile(file);
    try {
      if (file.isBasis) {
        file.part.discard();
        if (!dryRun) target.applyMeta(file.basisPath ?? path, entry);
      } else {
        await file.completeFromBasis(this.#host.digest, () => this.#stopped);
        await file.part.commit(bytes, digest);
      }
      tally.arrived(entry, path, bytes, file.isBasis ? "same" : "done", digest);
    } catch (thrown) {
      const error = toSampanError(thrown);
      await file.part.close();
      if (this.#stopped) return;
      if (error.code === "E_NO_SPACE" || error.code === "E_BUG") throw error;
      tally.failed(entry, path, error, true);
    } finally {
      file.basis?.close();
    }
  }

  #digestOfFile(file: ReceivedFile): Uint8Array {
    const run = file.digests.run(file.digests.count);
    if (!run) throw new SampanError("E_BUG", "the blocks of a complete file are not in a row");
    return fileDigest(this.#host.digest, run);
  }

  /** The digest of a part's content; that of a run of zeros is worked out once for each length. */
  #digestOf(part: DataPart): Uint8Array {
    if (part.how !== "zero") return this.#host.digest.hash(part.content);
    let digest = this.#zeroDigests.get(part.length);
    if (!digest) {
      digest = this.#host.digest.hash(new Uint8Array(part.length));
      this.#zeroDigests.set(part.length, digest);
    }
    return digest;
  }
}
