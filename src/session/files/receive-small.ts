import { sameBytes } from "../../wire/hex.js";
import { blockBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { DigestAlgorithm, TargetTree, WholeFile } from "../ports.js";
import type { ReceiveLane } from "./receive-lane.js";
import type { AskSource } from "./receive-lanes.js";
import type { OfferedFile, ReceiveTally } from "./receive-tally.js";
import { maxTriesPerBlock } from "./received-file.js";
import type { DataPart } from "./transfer-message.js";
import { fileDigest } from "./tree-digest.js";

const noBytes = new Uint8Array(0);
/** The content of every file of zeros: they come in a word, so that thousands of them may wait to be written. */
const zeros = new Uint8Array(blockBytes);

/** What a file takes on the wire and of the receiver's time beside its bytes, counted as bytes. */
const fileCostBytes = 512;
/** Files asked for on one connection before the next has its turn. */
const turnFiles = 256;
const forgetFiles = 4096;

/** What is there already, with the digest of its block. */
interface Comparable {
  readonly path: string;
  readonly digest: Uint8Array;
}

interface SmallFile {
  readonly entry: OfferedFile;
  readonly path: string;
  readonly offeredAs: string | undefined;
  /** The connection on which it was asked for. */
  lane: ReceiveLane | undefined;
  /** The sender is asked to compare with it. */
  readonly there: Comparable | undefined;
  tries: number;
}

/** Files of one block: asked for by the hundred, arriving many in a message, put under their names in batches. */
export class ReceiveSmall implements AskSource {
  readonly #target: TargetTree;
  readonly #digest: DigestAlgorithm;
  readonly #tally: ReceiveTally;
  readonly #dryRun: boolean;
  readonly #asked = new Map<number, SmallFile>();
  /** Files that wait to be asked for, from `#next` on. */
  #waiting: SmallFile[] = [];
  #next = 0;
  #writing = 0;

  constructor(target: TargetTree, digest: DigestAlgorithm, tally: ReceiveTally, dryRun: boolean) {
    this.#target = target;
    this.#digest = digest;
    this.#tally = tally;
    this.#dryRun = dryRun;
  }

  get isIdle(): boolean {
    return this.#asked.size === 0 && this.#next === this.#waiting.length && this.#writing === 0;
  }

  has(id: number): boolean {
    return this.#asked.has(id);
  }

  /** To be asked for, unless it is the same as what is `there`. */
  add(entry: OfferedFile, path: string, offeredAs?: string, there?: Comparable): void {
    this.#waiting.push({ entry, path, offeredAs, lane: undefined, there, tries: 1 });
  }

  askOn(lane: ReceiveLane, roomBytes: number): boolean {
    const waiting = this.#waiting;
    const first = this.#next;
    const end = Math.min(waiting.length, first + turnFiles);
    for (let room = roomBytes; room > 0 && this.#next < end; this.#next++) {
      const file = waiting[this.#next] as SmallFile;
      room -= costOf(file.entry);
      this.#ask(file, lane);
    }
    const asked = this.#next > first;
    // Those asked for are let go now and then, not one by one.
    if (this.#next === waiting.length || this.#next >= forgetFiles) {
      this.#waiting = waiting.slice(this.#next);
      this.#next = 0;
    }
    return asked;
  }

  #ask(file: SmallFile, lane: ReceiveLane): void {
    file.lane = lane;
    this.#asked.set(file.entry.id, file);
    const { there, entry } = file;
    const bytes = costOf(entry);
    if (there && file.tries === 1) lane.askUnlessSame(entry.id, 0, 1, bytes, there.digest, this.#dryRun);
    else lane.ask(entry.id, 0, 1, bytes);
  }

  /** What was asked on a connection that is gone waits to be asked for again. */
  takeBack(gone: ReceiveLane): void {
    for (const file of [...this.#asked.values()]) {
      if (file.lane !== gone) continue;
      this.#asked.delete(file.entry.id);
      this.#waiting.push(file);
    }
  }

  /** The files that will come last of those asked on `slow`, at most a block's worth. */
  askAgain(slow: ReceiveLane, idle: ReceiveLane): boolean {
    const late = [...this.#asked.values()].filter((file) => file.lane === slow);
    let room: number = blockBytes;
    for (let file = late.pop(); file && room > 0; file = late.pop()) {
      const bytes = costOf(file.entry);
      room -= bytes;
      slow.outstandingBytes -= fileCostBytes;
      slow.becomeLate(bytes - fileCostBytes);
      this.#ask(file, idle);
      // The second copy comes when the file is through.
      this.#tally.gone.add(file.entry.id);
    }
    return room < blockBytes;
  }

  /** The sender cannot send it. False if it is not one of these. */
  failed(id: number, error: SampanError): boolean {
    const file = this.#asked.get(id) ?? this.#takeWaiting(id);
    if (!file) return false;
    this.#through(file);
    this.#tally.failed(file.entry, file.path, error, false);
    return true;
  }

  /** Checks a part; gives the file to be written, or undefined if it is through, or was damaged and asked for again. */
  accept(part: DataPart, lane: ReceiveLane): WholeFile | undefined {
    const file = this.#asked.get(part.id) as SmallFile;
    const { entry, path, offeredAs } = file;
    if (part.index !== 0 || part.length !== entry.bytes) {
      throw new SampanError("E_PROTOCOL", `file ${part.id} came with ${part.length} bytes, not ${entry.bytes}`);
    }
    this.#through(file, lane);
    if (part.how !== "bytes") lane.cameInAWord(part.length);
    if (part.how === "differs") {
      this.#tally.leftAlone(entry, path, "would");
      return undefined;
    }
    if (part.how === "same") {
      if (!file.there || !sameBytes(file.there.digest, part.digest)) {
        throw new SampanError("E_PROTOCOL", "a file was said to be the same, and it is not");
      }
      if (!this.#dryRun) this.#target.applyMeta(file.there.path, entry);
      this.#tally.arrived(entry, path, part.length, "same", fileDigest(this.#digest, part.digest));
      return undefined;
    }
    const content = part.how === "zero" ? zeros.subarray(0, part.length) : part.content;
    if (sameBytes(this.#digest.hash(content), part.digest)) {
      return { path, entry, content, rootDigest: fileDigest(this.#digest, part.digest), offeredAs };
    }
    if (++file.tries > maxTriesPerBlock) {
      const error = new SampanError("E_DIGEST", `arrived damaged ${maxTriesPerBlock} times`, { path });
      this.#tally.failed(entry, path, error, true);
    } else this.#waiting.push(file);
    return undefined;
  }

  #takeWaiting(id: number): SmallFile | undefined {
    const at = this.#waiting.findIndex((file, index) => index >= this.#next && file.entry.id === id);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  /** `lane`: where it came, if it did. */
  #through(file: SmallFile, lane = file.lane): void {
    this.#asked.delete(file.entry.id);
    if (!file.lane) return;
    file.lane.outstandingBytes -= costOf(file.entry);
    if (lane === file.lane) return;
    const bytes = file.entry.bytes as number;
    file.lane.outstandingBytes += bytes;
    file.lane.becomeLate(bytes);
    lane?.cameLate(bytes);
  }

  /** Puts files under their names. Rejects on a full disk, and whatever else ends the transfer. */
  async write(files: readonly WholeFile[]): Promise<void> {
    this.#writing++;
    try {
      const problems = new Map<string, SampanError>();
      for (const { path, error } of await this.#target.writeWhole(files)) problems.set(path, error);
      for (const { path, entry, content, rootDigest } of files) {
        const offered = entry as OfferedFile;
        const error = problems.get(path);
        if (error) this.#tally.failed(offered, path, error, true);
        else this.#tally.arrived(offered, path, content.length, "done", rootDigest);
      }
    } finally {
      this.#writing--;
    }
  }

  /** An empty file needs no asking. */
  empty(entry: OfferedFile, path: string, offeredAs?: string): WholeFile {
    return { path, entry, content: noBytes, rootDigest: fileDigest(this.#digest, noBytes), offeredAs };
  }
}

function costOf(entry: OfferedFile): number {
  return (entry.bytes as number) + fileCostBytes;
}
