import { readWholeNumber } from "../../wire/field.js";
import type { FilterRule } from "../../wire/filter.js";
import { maxFileBytes, maxTransferEntries } from "../../wire/limits.js";
import type { Header, Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { joinWirePath } from "../../wire/wire-path.js";
import type { Channel } from "../channel.js";
import { errorOf } from "../error-message.js";
import type { Clock, DigestAlgorithm, ExistingPolicy, TargetTree } from "../ports.js";
import { OfferIntake } from "./offer-intake.js";
import type { FileProblem, FilesEvent, FilesSummary } from "./progress.js";
import { ReceiveData } from "./receive-data.js";
import { ReceiveLanes } from "./receive-lanes.js";
import { ReceiveLarge } from "./receive-large.js";
import { ReceiveRemoval } from "./receive-removal.js";
import { ReceiveSmall } from "./receive-small.js";
import { ReceiveTally } from "./receive-tally.js";
import { type Finish, finishHeader, parseIds, parseProblem } from "./transfer-message.js";

export interface ReceiveFilesOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly digest: DigestAlgorithm;
  readonly target: TargetTree;
  /** Where each source comes to lie, a path below the target's root. */
  readonly places: readonly string[];
  readonly existing: ExistingPolicy;
  /** Compare contents with what is there, rather than size and time. */
  readonly checksum: boolean;
  readonly dryRun: boolean;
  /** Remove what is below the places, was not offered, and is not left out by the filter. */
  readonly removeOthers: boolean;
  readonly filter: readonly FilterRule[];
  /** The sender has asked to be told what is removed. */
  readonly tellRemoved?: boolean | undefined;
  readonly onEvent: (event: FilesEvent) => void;
}

export interface ReceiveFilesResult extends FilesSummary {
  readonly receivedBytes: number;
  readonly problems: readonly FileProblem[];
}

/** The receiving half of a transfer. It leads: it asks for blocks, and so decides on resume, retry and connections. */
export class ReceiveFiles {
  readonly done: Promise<ReceiveFilesResult>;
  readonly #options: ReceiveFilesOptions;
  readonly #lanes: ReceiveLanes;
  readonly #tally: ReceiveTally;
  readonly #small: ReceiveSmall;
  readonly #large: ReceiveLarge;
  readonly #data: ReceiveData;
  readonly #intake: OfferIntake;
  readonly #tick = () => this.#askMore(false);
  #stage: "running" | "finishing" | "over" = "running";
  #finish: Finish | undefined;
  #resolve: (result: ReceiveFilesResult) => void = () => {};
  #reject: (error: SampanError) => void = () => {};

  constructor(options: ReceiveFilesOptions) {
    const { channel, clock, digest, target, dryRun, onEvent } = options;
    this.#options = options;
    this.#tally = new ReceiveTally(channel, clock, digest, onEvent);
    this.#small = new ReceiveSmall(target, digest, this.#tally, dryRun);
    this.#large = new ReceiveLarge({
      channel,
      target,
      digest,
      dryRun,
      tally: this.#tally,
      moved: () => this.#step(),
      stop: (error) => this.stop(error),
    });
    this.#lanes = new ReceiveLanes(clock, [this.#small, this.#large]);
    this.#data = new ReceiveData({
      lanes: this.#lanes,
      small: this.#small,
      large: this.#large,
      tally: this.#tally,
      dryRun,
      moved: () => this.#step(),
      stop: (error) => this.stop(error),
    });
    this.#intake = new OfferIntake({
      ...options,
      tally: this.#tally,
      small: this.#small,
      large: this.#large,
      write: (files) => this.#data.write(files),
      isRunning: () => this.#stage === "running",
      stop: (error) => this.stop(error),
      moved: () => this.#step(),
    });
    this.#tally.arrivedBytes = () => this.#lanes.arrivedBytes;
    this.#tally.active = () => Array.from(this.#large.files, (file) => file.progress());
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.addLane(channel);
  }

  /** Bytes that have come over all connections, in whole blocks or not. */
  get arrivedBytes(): number {
    return this.#lanes.arrivedBytes;
  }

  /** Content bytes received so far. */
  get movedBytes(): number {
    return this.#tally.receivedBytes;
  }

  /** Lets another connection carry blocks as well. Its messages come in by `take`. */
  addLane(channel: Channel): void {
    if (this.#stage === "over") return;
    this.#lanes.add(channel);
    this.#lanes.share();
  }

  /** A connection other than the first is gone: what was asked on it is asked on the others. */
  removeLane(channel: Channel): void {
    if (this.#stage === "over") return;
    const gone = this.#lanes.remove(channel);
    if (gone === undefined) return;
    this.#large.takeBack(gone);
    this.#small.takeBack(gone);
    this.#lanes.share();
  }

  /** A message from the sender, on any of the connections. Throws SampanError for one that is not allowed. */
  take(channel: Channel, message: Message): void {
    if (this.#stage === "over") return;
    if (this.#stage === "running") this.#tally.watch(this.#tick);
    const { header } = message;
    switch (header.kind) {
      case "data":
        this.#data.take(channel, message);
        break;
      case "offer":
        this.#intake.take(message);
        break;
      case "offered":
        this.#tally.walked = true;
        break;
      case "agreed":
        for (const id of parseIds(header)) this.#agreed(id);
        break;
      case "failed":
        this.#takeFailed(header);
        break;
      case "problem": {
        const { source, path, error } = parseProblem(header);
        this.#tally.problem(joinWirePath(this.#options.places[source] ?? "", path), error);
        break;
      }
      case "ended":
        this.#takeEnded(header);
        break;
      case "end":
        return this.#takeEnd(header);
      case "error":
        return this.stop(errorOf(header));
      default:
        throw new SampanError("E_UNKNOWN_KIND", `"${header.kind}" does not belong in a transfer`);
    }
    this.#step();
  }

  /** Ends the transfer with an error, and keeps what has arrived. */
  stop(error: SampanError): void {
    if (this.#stage === "over") return;
    this.#stage = "over";
    this.#tally.unwatch();
    this.#lanes.leave();
    this.#close().then(
      () => this.#reject(error),
      () => this.#reject(error),
    );
  }

  async #close(): Promise<void> {
    await this.#large.stop();
    await this.#data.written();
    this.#options.target.close();
  }

  #agreed(id: number): void {
    const file = this.#large.file(id);
    if (file) this.#large.agreed(file);
    else if (!this.#tally.gone.has(id))
      throw new SampanError("E_PROTOCOL", `agreed to file ${id}, which was not whole`);
  }

  #takeFailed(header: Header): void {
    const id = readWholeNumber(header, "id", maxTransferEntries);
    const error = errorOf(header);
    const file = this.#large.file(id);
    if (file) return this.#large.fail(file, error, false);
    const waiting = this.#large.forget(id);
    if (waiting) return this.#tally.failed(waiting.entry, waiting.path, error, false);
    if (!this.#small.failed(id, error) && !this.#tally.gone.has(id)) {
      throw new SampanError("E_PROTOCOL", `failed on file ${id}, which was not asked for`);
    }
  }

  #takeEnded(header: Header): void {
    const file = this.#large.file(readWholeNumber(header, "id", maxTransferEntries));
    file?.endAt(readWholeNumber(header, "bytes", maxFileBytes));
    if (file) this.#large.wholeIfComplete(file);
  }

  /** Asks for more, and finishes when nothing is left. */
  #step(): void {
    this.#askMore();
    if (this.#stage !== "running") return;
    if (!this.#tally.walked || !this.#data.isIdle) return;
    if (!this.#intake.isIdle || !this.#large.isIdle || !this.#small.isIdle) return;
    this.#stage = "finishing";
    this.#tally.unwatch();
    this.#finishUp().catch((thrown) => this.stop(toSampanError(thrown)));
  }

  /** Never throws: it runs after writes and by the clock, where nobody would catch it. */
  #askMore(report = true): void {
    if (this.#stage !== "running") return;
    try {
      this.#large.beginMore();
      this.#lanes.share();
      if (report) this.#tally.report();
    } catch (thrown) {
      this.stop(toSampanError(thrown));
    }
  }

  async #finishUp(): Promise<void> {
    const { target, removeOthers, dryRun, channel } = this.#options;
    // What could not be walked may exist at the source: nothing is removed on such knowledge.
    if (removeOthers && this.#tally.problems.length === 0) {
      const isRunning = () => this.#stage === "finishing";
      await new ReceiveRemoval({ ...this.#options, tally: this.#tally, keep: this.#intake.paths, isRunning }).run();
      if (!isRunning()) return;
    }
    if (!dryRun) for (const { path, error } of await target.finish()) this.#tally.problem(path, error);
    this.#tally.report(true);
    this.#finish = this.#tally.finish();
    channel.send(finishHeader(this.#finish));
  }

  #takeEnd(header: Header): void {
    if (this.#stage !== "finishing" || !this.#finish) throw new SampanError("E_PROTOCOL", "an end before the finish");
    const { digest } = this.#finish;
    const agreed = digest !== undefined && header.digest === digest ? digest : undefined;
    this.#stage = "over";
    this.#lanes.leave();
    this.#options.target.close(this.#tally.problems.length === 0);
    this.#resolve({
      ...this.#finish,
      digest: agreed && `${this.#options.digest.name}:${agreed}`,
      receivedBytes: this.#tally.receivedBytes,
      problems: this.#tally.problems,
    });
  }
}
