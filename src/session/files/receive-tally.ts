import type { FileEntry, OfferedEntry } from "../../wire/entry.js";
import type { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Clock, DigestAlgorithm, Timer } from "../ports.js";
import { ProblemList } from "./problem-list.js";
import type { ActiveFile, FileOutcome, FileProblem, FilesEvent } from "./progress.js";
import { SettledBatch } from "./settled-batch.js";
import type { Finish } from "./transfer-message.js";
import { TreeDigest } from "./tree-digest.js";

const gotEveryMs = 200;
/** Less than this has come: it is pings. */
const leastNewsBytes = 1024;
const progressEveryMs = 100;

export type OfferedFile = OfferedEntry & FileEntry;

/** What the receiving half counts, and tells: the user by events, the sender by `settled` and `got`. */
export class ReceiveTally {
  readonly tree: TreeDigest;
  readonly settled: SettledBatch;
  /** Files given up here or there, of which blocks may still be under way. */
  readonly gone = new Set<number>();
  receivedBytes = 0;
  resumedBytes = 0;
  skippedFiles = 0;
  removedFiles = 0;
  walked = false;
  /** Offered and not settled. */
  unsettled = 0;
  /** Large files in flight, for the progress event. */
  active: () => ActiveFile[] = () => [];
  /** Bytes that have come over all connections, for the sender. */
  arrivedBytes: () => number = () => 0;
  #files = 0;
  #settledBytes = 0;
  #totalFiles = 0;
  #totalBytes = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  #reportedBytes = 0;
  #gotMs = Number.NEGATIVE_INFINITY;
  #hasReportedContent = false;
  #toldArrivedBytes = 0;
  #timer: Timer | undefined;
  readonly #problems = new ProblemList();
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #onEvent: (event: FilesEvent) => void;

  constructor(channel: Channel, clock: Clock, digest: DigestAlgorithm, onEvent: (event: FilesEvent) => void) {
    this.#channel = channel;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.tree = new TreeDigest(digest);
    this.settled = new SettledBatch(channel);
  }

  get problems(): readonly FileProblem[] {
    return this.#problems.all;
  }

  offered(entry: OfferedFile): void {
    this.unsettled++;
    this.#totalFiles++;
    this.#totalBytes += entry.bytes ?? 0;
  }

  begun(path: string, bytes: number | undefined, haveBytes: number): void {
    this.resumedBytes += haveBytes;
    this.#onEvent({ event: "file-begin", path, bytes, haveBytes });
  }

  /** The file is at its place: it came, or was the same already. */
  arrived(entry: OfferedFile, path: string, bytes: number, how: "done" | "same", digest: Uint8Array | undefined): void {
    if (digest) this.tree.file(entry.id, entry.path, digest);
    if (how === "same") this.skippedFiles++;
    this.settled.add(entry.id, how);
    this.#settle(path, bytes, how);
  }

  /** An earlier run finished it, with this digest. */
  held(entry: OfferedFile, path: string, digest: Uint8Array): void {
    this.tree.file(entry.id, entry.path, digest);
    this.resumedBytes += entry.bytes ?? 0;
    this.settled.held(entry.id, digest);
    this.#settle(path, entry.bytes ?? 0, "done");
  }

  leftAlone(entry: OfferedFile, path: string, how: "skipped" | "would"): void {
    if (how === "skipped") this.skippedFiles++;
    this.settled.add(entry.id, how);
    this.#settle(path, entry.bytes ?? 0, how);
  }

  /** A dry run has found that it differs; parts of it may still be under way. */
  wouldReplace(entry: OfferedFile, path: string): void {
    this.gone.add(entry.id);
    this.leftAlone(entry, path, "would");
  }

  /** It could not be received; the sender is told unless it said so itself. */
  failed(entry: OfferedFile, path: string, error: SampanError, tell: boolean): void {
    if (tell) this.settled.failed(entry.id, path, error);
    this.gone.add(entry.id);
    this.#problems.add(path, error);
    this.unsettled--;
    this.#onEvent({ event: "file-end", path, bytes: 0, outcome: "failed", error });
    this.report();
  }

  /** Something else than a file could not be received, or not be offered. */
  problem(path: string, error: SampanError, tellAbout?: number): void {
    if (tellAbout !== undefined) this.settled.failed(tellAbout, path, error);
    this.#problems.add(path, error);
    this.#onEvent({ event: "file-end", path, bytes: 0, outcome: "failed", error });
  }

  removed(path: string): void {
    this.removedFiles++;
    this.#onEvent({ event: "file-end", path, bytes: 0, outcome: "removed" });
  }

  finish(): Finish {
    const digest = this.problems.length === 0 ? this.tree.result() : undefined;
    const { resumedBytes, skippedFiles, removedFiles } = this;
    return { files: this.#files, bytes: this.#settledBytes, resumedBytes, skippedFiles, removedFiles, digest };
  }

  /** Says how far it is, to both, if it is time. */
  report(now = false): void {
    // The first content is told at once: that something moves is what one waits for.
    const isFirst = !this.#hasReportedContent && this.receivedBytes > 0;
    this.#hasReportedContent ||= isFirst;
    const ms = this.#clock.nowMs();
    const due = now || isFirst || ms - this.#reportedMs >= progressEveryMs;
    if (!due) return;
    const active = this.active();
    const bytes = this.#downBytes(active);
    if (now || ms - this.#gotMs >= gotEveryMs) this.#tellGot(ms, bytes);
    this.#reportedMs = ms;
    this.#reportedBytes = bytes;
    this.#onEvent({
      event: "progress",
      files: this.#files,
      bytes,
      sentBytes: this.receivedBytes,
      totalFiles: this.#totalFiles,
      totalBytes: this.#totalBytes,
      walked: this.walked,
      active,
    });
  }

  /**
   * Calls `tick` now and then. Tells the sender what comes also while no block is whole, and the user how far it is where
   * nothing came any more to say it with.
   */
  watch(tick: () => void): void {
    this.#timer ??= this.#clock.after(gotEveryMs, () => {
      this.#timer = undefined;
      this.watch(tick);
      const ms = this.#clock.nowMs();
      const isNews = this.arrivedBytes() - this.#toldArrivedBytes >= leastNewsBytes;
      const bytes = this.#downBytes(this.active());
      if (isNews && ms - this.#gotMs >= gotEveryMs) this.#tellGot(ms, bytes);
      if (bytes !== this.#reportedBytes) this.report();
      tick();
    });
  }

  unwatch(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #downBytes(active: readonly ActiveFile[]): number {
    let bytes = this.#settledBytes;
    for (const file of active) bytes += file.downBytes;
    return bytes;
  }

  #tellGot(ms: number, bytes: number): void {
    this.#gotMs = ms;
    this.settled.flush();
    const arrived = this.arrivedBytes();
    this.#toldArrivedBytes = arrived;
    this.#channel.send({ kind: "got", bytes, resumed: this.resumedBytes, arrived });
  }

  #settle(path: string, bytes: number, outcome: FileOutcome): void {
    this.unsettled--;
    this.#files++;
    this.#settledBytes += bytes;
    this.#onEvent({ event: "file-end", path, bytes, outcome });
    this.report();
  }
}
