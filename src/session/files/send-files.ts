import type { OfferedEntry } from "../../wire/entry.js";
import type { FilterRule } from "../../wire/filter.js";
import { maxLanes, maxUnsettledEntries } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { joinWirePath } from "../../wire/wire-path.js";
import type { Channel } from "../channel.js";
import { errorFields, errorOf } from "../error-message.js";
import type { Cancellation, Clock, DigestAlgorithm, Problem, SourceTree } from "../ports.js";
import { Wakeup } from "../wakeup.js";
import { FilesOnOffer } from "./files-on-offer.js";
import { OfferWalk } from "./offer-walk.js";
import type { FileProblem, FilesEvent, FilesSummary } from "./progress.js";
import { SendLane } from "./send-lane.js";
import { SendTally } from "./send-tally.js";
import type { SentFile } from "./sent-file.js";
import { Throttle } from "./throttle.js";
import {
  type Finish,
  parseDigests,
  parseFinish,
  parseHeld,
  parseIds,
  parseRemoved,
  parseWant,
  readSettlement,
  type Settlement,
} from "./transfer-message.js";
import { TreeDigest } from "./tree-digest.js";

export interface SendFilesOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly digest: DigestAlgorithm;
  readonly sources: readonly SourceTree[];
  /** What the user calls each source, for events and problems. */
  readonly names: readonly string[];
  readonly filter: readonly FilterRule[];
  readonly bytesPerSecond?: number | undefined;
  /** The receiver was asked to tell what it removes. */
  readonly tellRemoved?: boolean | undefined;
  readonly signal: Cancellation;
  readonly onEvent: (event: FilesEvent) => void;
}

export interface SendFilesResult extends FilesSummary {
  readonly sentBytes: number;
  readonly problems: readonly FileProblem[];
}

/** The sending half of a transfer: offers while it walks, and sends what the receiver asks for. */
export class SendFiles {
  readonly #options: SendFilesOptions;
  readonly #lanes: SendLane[] = [];
  readonly #files = new FilesOnOffer();
  readonly #tree: TreeDigest;
  readonly #room = new Wakeup();
  readonly #tally: SendTally;
  readonly #throttle: Throttle | undefined;
  #over = false;
  #resolve: (result: SendFilesResult) => void = () => {};
  #reject: (error: SampanError) => void = () => {};
  readonly done: Promise<SendFilesResult>;

  constructor(options: SendFilesOptions) {
    this.#options = options;
    this.#tree = new TreeDigest(options.digest);
    this.#tally = new SendTally(options.clock, options.onEvent);
    this.#throttle = options.bytesPerSecond ? new Throttle(options.bytesPerSecond, options.clock) : undefined;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.addLane(options.channel);
  }

  /** Begins to offer: to be called once the peer has been told of the transfer. */
  start(): void {
    const { channel, sources, filter, signal } = this.#options;
    const walk = new OfferWalk({
      channel,
      sources,
      filter,
      signal,
      isOver: () => this.#over,
      offered: (entry, tree) => this.#offered(entry, tree),
      problem: (source, problem) => this.#problem(source, problem),
      room: () => this.#roomForMore(),
      walked: () => {
        this.#tally.walked = true;
        channel.send({ kind: "offered" });
        this.#tally.report();
      },
    });
    walk.run().catch((thrown) => this.stop(toSampanError(thrown)));
  }

  /** Content bytes sent so far. */
  get movedBytes(): number {
    return this.#tally.sentBytes;
  }

  /** Bytes that have come over all connections, as the receiver says. */
  get arrivedBytes(): number {
    return this.#tally.arrivedBytes;
  }

  /** Lets another connection carry blocks as well. Its messages come in by `take`. */
  addLane(channel: Channel): void {
    if (this.#lanes.length >= maxLanes) throw new SampanError("E_TOO_LARGE", `more than ${maxLanes} connections`);
    this.#lanes.push(
      new SendLane(channel, {
        digest: this.#options.digest,
        throttle: this.#throttle,
        laneCount: () => this.#lanes.length,
        sent: (bytes) => this.#tally.sent(bytes),
        failed: (file, error) => this.#fail(file, error),
        streamEnded: (file, bytes) => {
          file.bytes = bytes;
          this.#options.channel.send({ kind: "ended", id: file.id, bytes });
        },
        crashed: (error) => this.stop(error),
      }),
    );
  }

  removeLane(channel: Channel): void {
    const at = this.#lanes.findIndex((lane) => lane.channel === channel);
    if (at >= 0) this.#lanes.splice(at, 1)[0]?.stop();
  }

  /** A message from the receiver, on any of the connections. Throws SampanError for one that is not allowed. */
  take(channel: Channel, message: Message): void {
    if (this.#over) return;
    switch (message.header.kind) {
      case "want":
        return this.#takeWant(channel, message);
      case "held": {
        const { id, first, digests } = parseHeld(message);
        return this.#files.get(id)?.hold(first, digests);
      }
      case "whole":
        return void this.#takeWhole(message).catch((thrown) => this.stop(toSampanError(thrown)));
      case "settled":
        return this.#takeSettled(message);
      case "got":
        return this.#tally.got(message.header);
      case "removed":
        return this.#takeRemoved(message);
      case "finish":
        return this.#takeFinish(parseFinish(message.header));
      case "error":
        return this.stop(errorOf(message.header));
      default:
        throw new SampanError("E_UNKNOWN_KIND", `"${message.header.kind}" does not belong in a transfer`);
    }
  }

  /** Ends the transfer with an error; closes files, not connections. */
  stop(error: SampanError): void {
    if (this.#over) return;
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#over = true;
    for (const lane of this.#lanes) lane.stop();
    this.#throttle?.stop();
    this.#tally.stop();
    this.#files.close();
    for (const source of this.#options.sources) source.close();
    this.#room.wake();
  }

  async #roomForMore(): Promise<void> {
    this.#tally.report();
    while (this.#files.count > maxUnsettledEntries && !this.#over) await this.#room.wait();
  }

  #offered(entry: OfferedEntry, tree: SourceTree): void {
    this.#tree.offer(entry.id, entry);
    if (entry.type !== "file") return;
    this.#files.add(entry, tree, this.#shown(entry.source, entry.path));
    this.#tally.offered(entry.bytes ?? 0);
  }

  #problem(source: number, problem: Problem): void {
    const path = this.#shown(source, problem.path);
    this.#options.channel.send({
      kind: "problem",
      source,
      ...errorFields(problem.error),
      path: problem.path.slice(0, 1024),
    });
    this.#tally.problem(path, problem.error);
  }

  #shown(source: number, path: string): string {
    return joinWirePath(this.#options.names[source] ?? "", path);
  }

  #takeWant(channel: Channel, message: Message): void {
    const lane = this.#lanes.find((one) => one.channel === channel);
    if (!lane) throw new SampanError("E_PROTOCOL", "a want on a connection that is not part of the transfer");
    // A settlement comes on the first connection, and overtakes what was asked on another.
    const mayBeSettled = channel !== this.#options.channel;
    for (const want of parseWant(message)) {
      const file = this.#files.get(want.id, mayBeSettled);
      if (!file) continue;
      file.checkRange(want.first, want.count);
      this.#tally.begun(file);
      lane.ask(file, want);
    }
  }

  async #takeWhole(message: Message): Promise<void> {
    const agreed: number[] = [];
    for (const { id, digest } of parseDigests(message.header)) {
      const file = this.#files.get(id);
      if (!file) continue;
      if (file.wholeSaid) throw new SampanError("E_PROTOCOL", `file ${id} was said to be whole twice`);
      file.wholeSaid = true;
      this.#tally.begun(file);
      try {
        await file.confirm(digest, this.#options.digest);
        agreed.push(id);
      } catch (thrown) {
        this.#fail(file, toSampanError(thrown));
      }
    }
    if (agreed.length > 0 && !this.#over) this.#options.channel.send({ kind: "agreed", ids: agreed });
  }

  #fail(file: SentFile, error: SampanError): void {
    if (this.#over || !this.#files.fail(file)) return;
    this.#options.channel.send({ kind: "failed", id: file.id, ...errorFields(error) });
    this.#settle(file, "failed", error);
  }

  #takeSettled(message: Message): void {
    const { header } = message;
    const how = readSettlement(header);
    if (how === "held") {
      for (const { id, digest } of parseDigests(header)) {
        const file = this.#files.get(id);
        if (!file) continue;
        this.#tree.file(id, file.entry.path, digest);
        this.#settle(file, how);
      }
      return;
    }
    const error = how === "failed" ? errorOf(header) : undefined;
    for (const id of parseIds(header)) {
      const file = this.#files.find(id);
      if (file) this.#settle(file, how, error);
      else if (error && !this.#files.hasFailed(id)) this.#tally.note(error.path ?? "", error);
    }
  }

  #settle(file: SentFile, how: Settlement, error?: SampanError): void {
    file.failed ||= how === "failed";
    const digest = how === "done" || how === "same" ? file.digest(this.#options.digest) : undefined;
    if (digest) this.#tree.file(file.id, file.entry.path, digest);
    this.#files.settle(file);
    this.#tally.settled(file, how, error);
    this.#room.wake();
  }

  #takeRemoved(message: Message): void {
    const { sources, tellRemoved } = this.#options;
    if (!tellRemoved || !this.#isSettled) throw new SampanError("E_PROTOCOL", "a removal that was not to be told");
    const { source, paths } = parseRemoved(message, sources.length);
    this.#tally.removed(paths.map((path) => this.#shown(source, path)));
  }

  get #isSettled(): boolean {
    return this.#tally.walked && this.#files.count === 0;
  }

  #takeFinish(finish: Finish): void {
    if (!this.#isSettled) {
      throw new SampanError("E_PROTOCOL", "the receiver finished before everything offered was settled");
    }
    const own = this.#tree.result();
    if (own !== undefined && finish.digest !== undefined && own !== finish.digest) {
      throw new SampanError("E_DIGEST", "the two ends do not have the same digest of the whole");
    }
    const agreed = own !== undefined && finish.digest === own && this.#tally.problems.length === 0;
    const digest = agreed ? own : undefined;
    this.#options.channel.send(digest === undefined ? { kind: "end" } : { kind: "end", digest });
    this.#end();
    this.#resolve({
      ...finish,
      digest: digest && `${this.#options.digest.name}:${digest}`,
      sentBytes: this.#tally.sentBytes,
      problems: this.#tally.problems,
    });
  }
}
