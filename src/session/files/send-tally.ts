import { type JsonObject, readOptionalWholeNumber } from "../../wire/field.js";
import { maxTransferEntries } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Clock, Timer } from "../ports.js";
import { ProblemList } from "./problem-list.js";
import type { FileProblem, FilesEvent } from "./progress.js";
import type { SentFile } from "./sent-file.js";
import type { Settlement } from "./transfer-message.js";

const progressEveryMs = 100;

/** What the sending half counts, and tells the user. */
export class SendTally {
  readonly #problems = new ProblemList();
  /** Large files that have begun. */
  readonly #active = new Set<SentFile>();
  walked = false;
  sentBytes = 0;
  /** Content bytes that the receiver says it has. */
  gotBytes = 0;
  /** Bytes that it says have come to it, in whole blocks or not. */
  arrivedBytes = 0;
  #settledFiles = 0;
  #totalFiles = 0;
  #totalBytes = 0;
  #unsettled = 0;
  #removed = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  /** Runs where something was too early to be told: nothing may come any more to tell it with. */
  #later: Timer | undefined;
  #stopped = false;
  readonly #clock: Clock;
  readonly #onEvent: (event: FilesEvent) => void;

  constructor(clock: Clock, onEvent: (event: FilesEvent) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  offered(bytes: number): void {
    this.#unsettled++;
    this.#totalFiles++;
    this.#totalBytes += bytes;
  }

  /** Blocks of a file are asked for, or the receiver has all of them. */
  begun(file: SentFile): void {
    if (file.isSmall || this.#active.has(file)) return;
    this.#active.add(file);
    const { shownPath, bytes, heldBytes } = file;
    this.#onEvent({ event: "file-begin", path: shownPath, bytes, haveBytes: heldBytes });
  }

  sent(bytes: number): void {
    // The first content is told at once: that something moves is what one waits for.
    if (this.sentBytes === 0) this.#reportedMs = Number.NEGATIVE_INFINITY;
    this.sentBytes += bytes;
    this.report();
  }

  get problems(): readonly FileProblem[] {
    return this.#problems.all;
  }

  /** The receiver says how much is down, and how much has come. */
  got(header: JsonObject): void {
    this.gotBytes = readOptionalWholeNumber(header, "bytes", Number.MAX_SAFE_INTEGER) ?? this.gotBytes;
    this.arrivedBytes = readOptionalWholeNumber(header, "arrived", Number.MAX_SAFE_INTEGER) ?? this.gotBytes;
    this.report();
  }

  /** Something cannot be offered. */
  problem(path: string, error: SampanError): void {
    this.note(path, error);
    this.#onEvent({ event: "file-end", path, bytes: 0, outcome: "failed", error });
  }

  /** The receiver has removed these, or would. E_TOO_LARGE when it tells of more than anybody has. */
  removed(paths: readonly string[]): void {
    this.#removed += paths.length;
    if (this.#removed > maxTransferEntries) {
      throw new SampanError("E_TOO_LARGE", `the other end tells of more than ${maxTransferEntries} removals`);
    }
    for (const path of paths) this.#onEvent({ event: "file-end", path, bytes: 0, outcome: "removed" });
  }

  note(path: string, error: SampanError): void {
    this.#problems.add(path, error);
  }

  settled(file: SentFile, how: Settlement, error: SampanError | undefined): void {
    this.#active.delete(file);
    this.#unsettled--;
    this.#settledFiles++;
    const path = file.shownPath;
    if (error) this.note(path, error);
    const outcome = how === "held" ? "done" : how;
    this.#onEvent({ event: "file-end", path, bytes: file.bytes ?? 0, outcome, ...(error ? { error } : {}) });
    this.report();
  }

  /** The transfer is over: nothing more is said. */
  stop(): void {
    this.#stopped = true;
    this.#later?.cancel();
  }

  /** Says how far it is, now or when it is time. */
  report(): void {
    if (this.#stopped) return;
    const nowMs = this.#clock.nowMs();
    const earlyMs = this.#reportedMs + progressEveryMs - nowMs;
    if (earlyMs > 0 && !(this.walked && this.#unsettled === 0)) {
      this.#later ??= this.#clock.after(earlyMs, () => {
        this.#later = undefined;
        this.report();
      });
      return;
    }
    this.#later?.cancel();
    this.#later = undefined;
    this.#reportedMs = nowMs;
    this.#onEvent({
      event: "progress",
      files: this.#settledFiles,
      bytes: this.gotBytes,
      sentBytes: this.sentBytes,
      totalFiles: this.#totalFiles,
      totalBytes: this.#totalBytes,
      walked: this.walked,
      active: Array.from(this.#active, (file) => file.progress()),
    });
  }
}
