import { readWholeNumber } from "../../wire/field.js";
import type { FilterRule } from "../../wire/filter.js";
import { blockBytes, maxBodyBytes, maxFileBytes, maxTransferEntries } from "../../wire/limits.js";
import type { Header, Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { joinWirePath } from "../../wire/wire-path.js";
import type { Channel } from "../channel.js";
import { errorOf } from "../error-message.js";
import type { Clock, DigestAlgorithm, ExistingPolicy, TargetTree, WholeFile } from "../ports.js";
import { OfferIntake } from "./offer-intake.js";
import type { FileProblem, FilesEvent, FilesSummary } from "./progress.js";
import type { ReceiveLane } from "./receive-lane.js";
import { ReceiveLanes } from "./receive-lanes.js";
import { ReceiveLarge } from "./receive-large.js";
import { ReceiveSmall } from "./receive-small.js";
import { ReceiveTally } from "./receive-tally.js";
import { type DataPart, type Finish, finishHeader, parseData, parseIds, parseProblem } from "./transfer-message.js";

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
  readonly #intake: OfferIntake;
  readonly #tick = () => this.#askMore(false);
  readonly #writes = new Set<Promise<void>>();
  /** Small files being written, or messages whose parts are. */
  #busy = 0;
  #stage: "running" | "finishing" | "over" = "running";
  #finish: Finish | undefined;
  #resolve: (result: ReceiveFilesResult) => void = () => {};
  #reject: (error: SampanError) => void = () => {};

  constructor(options: ReceiveFilesOptions) {
    const { channel, clock, digest, target, onEvent } = options;
    this.#options = options;
    this.#tally = new ReceiveTally(channel, clock, digest, onEvent);
    this.#small = new ReceiveSmall(target, digest, this.#tally);
    this.#large = new ReceiveLarge({
      channel,
      target,
      digest,
      tally: this.#tally,
      moved: () => this.#step(),
      stop: (error) => this.stop(error),
    });
    this.#lanes = new ReceiveLanes(clock, [this.#small, this.#large]);
    this.#intake = new OfferIntake({
      ...options,
      tally: this.#tally,
      small: this.#small,
      large: this.#large,
      write: (files) => this.#afterWrites([this.#small.write(files)], () => {}),
      isRunning: () => this.#stage === "running",
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
    const lane = this.#lanes.add(channel);
    channel.events.allocateData = (header, size) => this.#allocate(lane, header, size);
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
        this.#takeData(channel, message);
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
    this.#close().then(
      () => this.#reject(error),
      () => this.#reject(error),
    );
  }

  async #close(): Promise<void> {
    await this.#large.stop();
    await Promise.allSettled(this.#writes);
    this.#options.target.close();
  }

  #allocate(lane: ReceiveLane, _header: Header, size: number): Uint8Array {
    if (size > maxBodyBytes) throw new SampanError("E_TOO_LARGE", `a body of ${size} bytes`);
    return size <= blockBytes ? lane.buffer(size) : new Uint8Array(size);
  }

  #takeData(channel: Channel, message: Message): void {
    const lane = this.#lanes.of(channel);
    if (!lane) throw new SampanError("E_PROTOCOL", "data on a connection that is not part of the transfer");
    const parts = parseData(message);
    this.#tally.receivedBytes += message.body.length;
    const small: WholeFile[] = [];
    const writes: Promise<void>[] = [];
    try {
      for (const part of parts) this.#takePart(lane, part, small, writes);
    } finally {
      // What was begun is waited for even if a later part is refused.
      if (small.length > 0) writes.push(this.#small.write(small));
      lane.begin(message.body, parts.length);
      this.#afterWrites(writes, () => lane.end(message.body, parts.length));
    }
  }

  #takePart(lane: ReceiveLane, part: DataPart, small: WholeFile[], writes: Promise<void>[]): void {
    const file = this.#large.file(part.id);
    if (file) {
      const write = this.#large.accept(file, part, lane);
      if (write) writes.push(write);
    } else if (this.#small.has(part.id)) {
      const whole = this.#small.accept(part, lane);
      if (whole) small.push(whole);
    } else if (this.#tally.gone.has(part.id)) lane.cameLate(part.length);
    else {
      throw new SampanError("E_PROTOCOL", `a block of file ${part.id} came, and nobody asked for it`);
    }
  }

  #afterWrites(writes: readonly Promise<void>[], after: () => void): void {
    if (writes.length === 0) return after();
    this.#busy++;
    for (const write of writes) this.#writes.add(write);
    Promise.all(writes)
      .catch((thrown) => this.stop(toSampanError(thrown)))
      .finally(() => {
        this.#busy--;
        for (const write of writes) this.#writes.delete(write);
        after();
        this.#step();
      });
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
    if (!this.#tally.walked || this.#busy > 0) return;
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
    const { target, places, filter, removeOthers, dryRun, channel } = this.#options;
    // What could not be walked may exist at the source: nothing is removed on such knowledge.
    if (removeOthers && this.#tally.problems.length === 0) {
      for (const place of new Set(places)) {
        this.#tally.removed(target.removeOthers(place, this.#intake.paths, filter, dryRun));
      }
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
    this.#options.target.close();
    this.#resolve({
      ...this.#finish,
      digest: agreed && `${this.#options.digest.name}:${agreed}`,
      receivedBytes: this.#tally.receivedBytes,
      problems: this.#tally.problems,
    });
  }
}
