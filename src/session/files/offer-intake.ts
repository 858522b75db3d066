import type { LinkEntry, OfferedEntry } from "../../wire/entry.js";
import { maxUnsettledEntries, smallFileBytes } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { joinWirePath, parentWirePath } from "../../wire/wire-path.js";
import type { DigestAlgorithm, Existing, ExistingPolicy, TargetTree, WholeFile } from "../ports.js";
import type { ReceiveLarge } from "./receive-large.js";
import type { ReceiveSmall } from "./receive-small.js";
import type { OfferedFile, ReceiveTally } from "./receive-tally.js";
import { parseOffer } from "./transfer-message.js";
import { fileDigest } from "./tree-digest.js";

interface SmallComparison {
  readonly entry: OfferedFile;
  readonly path: string;
  readonly offeredAs: string | undefined;
  readonly compareWith: string;
}

const maxComparisons = 8;

export interface OfferIntakeHost {
  readonly target: TargetTree;
  readonly digest: DigestAlgorithm;
  readonly places: readonly string[];
  readonly existing: ExistingPolicy;
  readonly checksum: boolean;
  readonly dryRun: boolean;
  readonly removeOthers: boolean;
  readonly tally: ReceiveTally;
  readonly small: ReceiveSmall;
  readonly large: ReceiveLarge;
  /** Puts files under their names that need no asking. */
  write(files: readonly WholeFile[]): void;
  isRunning(): boolean;
  stop(error: SampanError): void;
  /** Something has moved on: the transfer may be over. */
  moved(): void;
}

/** Decides what becomes of each entry offered: made at once, left alone, compared, or asked for. */
export class OfferIntake {
  /** Where everything offered comes to lie, or was to; kept only for a mirror, and where sources may bring the same name. */
  readonly paths = new Set<string>();
  readonly #host: OfferIntakeHost;
  readonly #keepsPaths: boolean;
  readonly #toCompare: SmallComparison[] = [];
  #comparing = 0;
  #nextId = 0;

  constructor(host: OfferIntakeHost) {
    this.#host = host;
    this.#keepsPaths = host.removeOthers || mayMeet(host.places);
  }

  get isIdle(): boolean {
    return this.#comparing === 0 && this.#toCompare.length === 0;
  }

  /** Reads an offer and decides on each entry. Throws SampanError for one that is not allowed, and for a full disk. */
  take(message: Message): void {
    if (this.#host.tally.walked) throw new SampanError("E_PROTOCOL", "an offer after the last one");
    const empty: WholeFile[] = [];
    for (const entry of parseOffer(message, this.#host.places.length)) {
      if (entry.id !== this.#nextId++) throw new SampanError("E_PROTOCOL", "ids must count up");
      this.#host.tally.tree.offer(entry.id, entry);
      const path = joinWirePath(this.#host.places[entry.source] as string, entry.path);
      if (entry.type === "folder" && entry.path === "" && !this.#admits(path)) return;
      if (entry.type === "file") {
        this.#host.tally.offered(entry);
        if (this.#host.tally.unsettled > 2 * maxUnsettledEntries) {
          throw new SampanError("E_TOO_LARGE", "too many entries offered before the first were settled");
        }
      }
      try {
        this.#plan(entry, path, empty);
        this.#keep(path);
      } catch (thrown) {
        const error = toSampanError(thrown);
        if (error.code === "E_NO_SPACE" || error.code === "E_BUG") throw error;
        if (entry.type === "file") this.#host.tally.failed(entry, path, error, true);
        else this.#host.tally.problem(path, error, entry.id);
      }
    }
    if (empty.length > 0) this.#host.write(empty);
  }

  #keep(path: string): void {
    if (this.#keepsPaths) this.paths.add(path);
  }

  /** Where a folder cannot lie each thing in it would be a problem by itself, so the transfer ends. */
  #admits(path: string): boolean {
    try {
      this.#host.target.admitFolder(path);
      return true;
    } catch (thrown) {
      this.#host.stop(toSampanError(thrown));
      return false;
    }
  }

  #plan(entry: OfferedEntry, path: string, empty: WholeFile[]): void {
    const { target, dryRun } = this.#host;
    if (entry.type === "file") this.#planFile(entry, path, empty);
    else if (dryRun) return;
    else if (entry.type === "folder") target.makeFolder(path, entry);
    else this.#planLink(entry, path);
  }

  /** Whether another source of this transfer has brought, or is bringing, something to `path`, which must not be replaced. */
  #isBrought(path: string): boolean {
    if (!this.paths.has(path)) return false;
    if (this.#host.existing !== "overwrite") return true;
    throw new SampanError("E_EXISTS", "another source has brought this name; send them to different folders", { path });
  }

  #planLink(entry: LinkEntry, path: string): void {
    const { target, existing } = this.#host;
    const isTaken = this.#isBrought(path) || (existing !== "overwrite" && target.look(path) !== undefined);
    if (!isTaken) return target.makeLink(path, entry);
    if (existing === "skip" || target.isLinkTo(path, entry.target)) return;
    const beside = target.freeName(path, (there) => target.isLinkTo(there, entry.target));
    if (!target.isLinkTo(beside, entry.target)) target.makeLink(beside, entry);
    this.#keep(beside);
  }

  #planFile(entry: OfferedFile, path: string, empty: WholeFile[]): void {
    const { target, existing, checksum, dryRun } = this.#host;
    const finished = target.finished(path, entry);
    if (finished && (finished.path === path || existing === "rename")) {
      this.#keep(finished.path);
      return this.#host.tally.held(entry, finished.path, finished.rootDigest);
    }
    const isBrought = this.#isBrought(path);
    const there = target.look(path);
    if (existing === "skip" && (isBrought || there)) return this.#host.tally.leftAlone(entry, path, "skipped");
    let finalPath = path;
    let compareWith: string | undefined;
    if (there && there.type !== "file" && there.type !== "link" && existing !== "rename") {
      throw new SampanError("E_NOT_A_FOLDER", "something that is not a file is in its place", { path });
    }
    if (!isBrought && this.#isSame(entry, there)) return this.#leaveSame(entry, path);
    if (existing === "rename" && (isBrought || there)) {
      finalPath = target.freeName(path, (name) => isAlike(entry, target.look(name)));
      this.#keep(finalPath);
      if (isAlike(entry, target.look(finalPath))) return this.#leaveSame(entry, finalPath);
    }
    if (checksum && !isBrought && there?.type === "file" && there.bytes === entry.bytes) compareWith = path;
    if (dryRun && compareWith === undefined) return this.#host.tally.leftAlone(entry, path, "would");
    const offeredAs = finalPath === path ? undefined : path;
    if (entry.bytes === 0) empty.push(this.#host.small.empty(entry, finalPath, offeredAs));
    else if (entry.bytes === undefined || entry.bytes > smallFileBytes) {
      this.#host.large.add({ entry, path: finalPath, offeredAs, compareWith });
    } else if (compareWith === undefined) this.#host.small.add(entry, finalPath, offeredAs);
    else {
      this.#toCompare.push({ entry, path: finalPath, offeredAs, compareWith });
      this.#compareNext();
    }
  }

  /** Whether what is there is taken for the file on offer, by length and time; with --checksum only what has no content. */
  #isSame(entry: OfferedFile, there: Existing | undefined): boolean {
    return isAlike(entry, there) && (!this.#host.checksum || entry.bytes === 0);
  }

  #leaveSame(entry: OfferedFile, path: string): void {
    const { target, dryRun, digest, tally } = this.#host;
    if (!dryRun) target.applyMeta(path, entry);
    const known = entry.bytes === 0 ? fileDigest(digest, new Uint8Array(0)) : undefined;
    tally.arrived(entry, path, entry.bytes as number, "same", known);
  }

  async #compareSmall({ entry, path, offeredAs, compareWith }: SmallComparison): Promise<void> {
    const { target, digest } = this.#host;
    try {
      const file = await target.openExisting(compareWith);
      const content = new Uint8Array(entry.bytes as number);
      const count = await file.read(content, 0).finally(() => file.close());
      const have = digest.hash(content.subarray(0, count));
      const there = { path: compareWith, digest: have };
      if (this.#host.isRunning()) this.#host.small.add(entry, path, offeredAs, there);
    } catch (thrown) {
      if (this.#host.isRunning()) this.#host.tally.failed(entry, path, toSampanError(thrown), true);
    }
  }

  /** Compares a few at a time: each holds a file open, and its content in memory. */
  #compareNext(): void {
    while (this.#comparing < maxComparisons && this.#host.isRunning()) {
      const next = this.#toCompare.shift();
      if (!next) return;
      this.#comparing++;
      void this.#compareSmall(next).then(() => {
        this.#comparing--;
        this.#compareNext();
        this.#host.moved();
      });
    }
  }
}

/** Whether what is there has the length and time of the file on offer, or nothing in it where that has nothing. */
function isAlike(entry: OfferedFile, there: Existing | undefined): boolean {
  if (there?.type !== "file" || there.bytes !== entry.bytes) return false;
  return entry.bytes === 0 || there.mtime === entry.mtime;
}

/** Whether sources that come to lie at these places may bring the same name. */
function mayMeet(places: readonly string[]): boolean {
  const sorted = [...places].sort((a, b) => a.length - b.length);
  const seen = new Set<string>();
  for (const place of sorted) {
    for (let above = place; ; above = parentWirePath(above)) {
      if (seen.has(above)) return true;
      if (above === "") break;
    }
    seen.add(place);
  }
  return false;
}
