import { sameBytes } from "../../wire/hex.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { DigestAlgorithm, TargetTree, WholeFile } from "../ports.js";
import type { ReceiveLane } from "./receive-lane.js";
import type { OfferedFile, ReceiveTally } from "./receive-tally.js";
import { maxTriesPerBlock } from "./received-file.js";
import type { DataPart } from "./transfer-message.js";
import { fileDigest } from "./tree-digest.js";

const noBytes = new Uint8Array(0);

interface SmallFile {
  readonly entry: OfferedFile;
  readonly path: string;
  lane: ReceiveLane;
  /** What is there with its digest, if the sender was asked to compare. */
  readonly there: { readonly path: string; readonly digest: Uint8Array } | undefined;
  tries: number;
}

/** Files of one block: asked for by the hundred, arriving many in a message, put under their names in batches. */
export class ReceiveSmall {
  readonly #target: TargetTree;
  readonly #digest: DigestAlgorithm;
  readonly #tally: ReceiveTally;
  readonly #asked = new Map<number, SmallFile>();
  #writing = 0;

  constructor(target: TargetTree, digest: DigestAlgorithm, tally: ReceiveTally) {
    this.#target = target;
    this.#digest = digest;
    this.#tally = tally;
  }

  get isIdle(): boolean {
    return this.#asked.size === 0 && this.#writing === 0;
  }

  has(id: number): boolean {
    return this.#asked.has(id);
  }

  ask(lane: ReceiveLane, entry: OfferedFile, path: string): void {
    this.#ask({ entry, path, lane, there: undefined, tries: 1 });
  }

  /** Asks for the file unless it is the same as the one at `there`, whose block has this digest. */
  compare(lane: ReceiveLane, entry: OfferedFile, path: string, there: string, digest: Uint8Array): void {
    this.#ask({ entry, path, lane, there: { path: there, digest }, tries: 1 });
  }

  #ask(file: SmallFile): void {
    this.#asked.set(file.entry.id, file);
    const { lane, there, entry } = file;
    const bytes = entry.bytes as number;
    if (there && file.tries === 1) lane.askUnlessSame(entry.id, 0, 1, bytes, there.digest);
    else lane.ask(entry.id, 0, 1, bytes);
  }

  /** Asks on `other` for what was asked on a connection that is gone. */
  moveAsks(gone: ReceiveLane, other: ReceiveLane): void {
    for (const file of [...this.#asked.values()]) {
      if (file.lane !== gone) continue;
      file.lane = other;
      this.#ask(file);
    }
  }

  /** The sender cannot send it. False if it is not one of these. */
  failed(id: number, error: SampanError): boolean {
    const file = this.#asked.get(id);
    if (!file) return false;
    this.#asked.delete(id);
    this.#tally.failed(file.entry, file.path, error, false);
    return true;
  }

  /** Checks a part; gives the file to be written, or undefined if it is through, or was damaged and asked for again. */
  accept(part: DataPart): WholeFile | undefined {
    const file = this.#asked.get(part.id) as SmallFile;
    const { entry, path } = file;
    if (part.index !== 0 || part.length !== entry.bytes) {
      throw new SampanError("E_PROTOCOL", `file ${part.id} came with ${part.length} bytes, not ${entry.bytes}`);
    }
    file.lane.outstandingBytes -= part.length;
    this.#asked.delete(part.id);
    if (part.how === "same") {
      if (!file.there || !sameBytes(file.there.digest, part.digest)) {
        throw new SampanError("E_PROTOCOL", "a file was said to be the same, and it is not");
      }
      this.#target.applyMeta(file.there.path, entry);
      this.#tally.arrived(entry, path, part.length, "same", fileDigest(this.#digest, part.digest));
      return undefined;
    }
    const content = part.how === "zero" ? new Uint8Array(part.length) : part.content;
    if (sameBytes(this.#digest.hash(content), part.digest)) {
      return { path, entry, content, rootDigest: fileDigest(this.#digest, part.digest) };
    }
    if (++file.tries > maxTriesPerBlock) {
      const error = new SampanError("E_DIGEST", `arrived damaged ${maxTriesPerBlock} times`, { path });
      this.#tally.failed(entry, path, error, true);
    } else this.#ask(file);
    return undefined;
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
  empty(entry: OfferedFile, path: string): WholeFile {
    return { path, entry, content: noBytes, rootDigest: fileDigest(this.#digest, noBytes) };
  }
}
