import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { FileProblem, FilesEvent, FilesSummary } from "../../session/files/progress.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { systemClock } from "../../transport/system-clock.js";
import { readOptionalString } from "../../wire/field.js";
import type { Header } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { isConnectionTrouble } from "../connection-trouble.js";
import { EventQueue } from "../event-queue.js";
import type { Transfer, TransferEvent, TransferOptions, TransferResult } from "./transfer-event.js";
import { type LaneUser, TransferLanes } from "./transfer-lanes.js";

const retryDelaysMs = [500, 1000, 2000, 4000];
const defaultTimeoutMs = 60_000;

/** This side's half of one attempt, and the request that starts the other. */
export interface Attempt {
  readonly request: Header;
  readonly half: LaneUser & {
    readonly done: Promise<FilesSummary & { readonly problems: readonly FileProblem[] }>;
    /** Content bytes that have crossed the wire in this attempt. */
    readonly movedBytes: number;
    /** A sender begins to offer once its request is on the way. */
    start?(): void;
    stop(error: SampanError): void;
  };
}

export interface TransferPlan {
  /** Dials another connection. */
  connect(timeoutMs: number, signal: AbortSignal): Promise<PeerConnection>;
  /** Makes ready for an attempt on a connection. Called again after a loss. */
  begin(connection: PeerConnection, onEvent: (event: FilesEvent) => void, signal: AbortSignal): Promise<Attempt>;
  /** A stream can be read once only: no second attempt. */
  readonly onlyOnce: boolean;
  /** The transfer is over: lets go of what no attempt has taken. */
  close?(): void;
}

/** Carries a transfer through lost connections to its end. */
export function runTransfer(plan: TransferPlan, options: TransferOptions): Transfer {
  const queue = new EventQueue<TransferEvent>();
  const run = new TransferRun(plan, options, (event) => {
    options.onEvent?.(event);
    queue.push(event);
  });
  const result = run.run().finally(() => queue.end());
  // Whoever only iterates need not handle the result as well.
  result.catch(() => {});
  return { result, [Symbol.asyncIterator]: () => queue[Symbol.asyncIterator]() };
}

class TransferRun {
  readonly #plan: TransferPlan;
  readonly #options: TransferOptions;
  readonly #emit: (event: TransferEvent) => void;
  readonly #timeoutMs: number;
  readonly #abort = new AbortController();
  readonly #startedMs = systemClock.nowMs();
  /** When something last came from the other end. */
  #heardMs = systemClock.nowMs();
  #movedBefore = 0;
  #connections = 0;
  /** The other end has begun with this attempt. */
  #isReady = false;

  constructor(plan: TransferPlan, options: TransferOptions, emit: (event: TransferEvent) => void) {
    this.#plan = plan;
    this.#options = options;
    this.#emit = emit;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    // Each connection that is being made listens to it.
    setMaxListeners(0, this.#abort.signal);
  }

  async run(): Promise<TransferResult> {
    const { signal } = this.#options;
    const abort = () => this.#abort.abort();
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#attempt();
        } catch (thrown) {
          await this.#pauseOrThrow(toSampanError(thrown), attempt);
        }
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#plan.close?.();
    }
  }

  async #attempt(): Promise<TransferResult> {
    this.#isReady = false;
    const connection = await this.#plan.connect(this.#leftMs(), this.#abort.signal);
    this.#heardMs = systemClock.nowMs();
    this.#emit({ event: "connected", attempt: ++this.#connections });
    let lanes: TransferLanes | undefined;
    let attempt: Attempt | undefined;
    try {
      attempt = await this.#plan.begin(connection, (event) => this.#pass(event), this.#abort.signal);
      lanes = new TransferLanes({
        half: attempt.half,
        roundTripMs: connection.roundTripMs,
        // A stream is read and written in order, which several connections do not keep.
        jobs: this.#plan.onlyOnce ? 1 : this.#options.jobs,
        bytesPerSecond: this.#options.bytesPerSecond,
        connect: () => this.#plan.connect(this.#leftMs(), this.#abort.signal),
        changed: (count) => this.#emit({ event: "lanes", count }),
      });
      return this.#result(await this.#converse(connection, attempt, lanes), attempt);
    } catch (thrown) {
      this.#movedBefore += attempt?.half.movedBytes ?? 0;
      // Where the connection was over before it could be used, the half does not know yet that it is.
      attempt?.half.done.catch(() => {});
      attempt?.half.stop(toSampanError(thrown));
      throw thrown;
    } finally {
      lanes?.close();
      connection.channel.end();
    }
  }

  async #converse(connection: PeerConnection, { half, request }: Attempt, lanes: TransferLanes) {
    const { channel } = connection;
    let askedMs = 0;
    const stop = (error: SampanError) => half.stop(error);
    const outlook = this.#plan.onlyOnce ? "a stream starts anew" : "the same command goes on from here";
    const interrupt = () => stop(new SampanError("E_INTERRUPTED", `interrupted; ${outlook}`));
    this.#abort.signal.addEventListener("abort", interrupt, { once: true });
    connection.enter({
      onMessage: (message) => {
        this.#heardMs = systemClock.nowMs();
        if (message.header.kind === "ready") {
          if (this.#isReady) throw new SampanError("E_PROTOCOL", "the server was ready twice");
          this.#isReady = true;
          const transfer = readOptionalString(message.header, "transfer", 64);
          if (transfer !== undefined) lanes.begin(transfer, this.#heardMs - askedMs);
        } else half.take(channel, message);
      },
      onClose: stop,
      onStall: (silentMs) => {
        this.#emit({ event: "stalled", silentMs });
        if (this.#leftMs() <= 0) channel.destroy(new SampanError("E_SILENT", "the other end does not answer"));
      },
    });
    if (this.#abort.signal.aborted) interrupt();
    askedMs = systemClock.nowMs();
    channel.send(request);
    half.start?.();
    try {
      return await half.done;
    } finally {
      this.#abort.signal.removeEventListener("abort", interrupt);
      connection.leave();
    }
  }

  #pass(event: FilesEvent): void {
    this.#heardMs = systemClock.nowMs();
    this.#emit(event.event === "progress" ? { ...event, sentBytes: this.#movedBefore + event.sentBytes } : event);
  }

  #result(summary: FilesSummary & { problems: readonly FileProblem[] }, { half }: Attempt): TransferResult {
    const { files, bytes, skippedFiles, removedFiles, digest, problems } = summary;
    return {
      files,
      bytes,
      sentBytes: this.#movedBefore + half.movedBytes,
      resumedBytes: Math.max(0, summary.resumedBytes - this.#movedBefore),
      skippedFiles,
      removedFiles,
      digest,
      seconds: (systemClock.nowMs() - this.#startedMs) / 1000,
      problems,
    };
  }

  /** Milliseconds until the run gives up, from when the other end was last heard. */
  #leftMs(): number {
    return this.#heardMs + this.#timeoutMs - systemClock.nowMs();
  }

  async #pauseOrThrow(error: SampanError, attempt: number): Promise<void> {
    if (this.#abort.signal.aborted) {
      throw error.code === "E_INTERRUPTED" ? error : new SampanError("E_INTERRUPTED", "interrupted", { cause: error });
    }
    // Two runs that took over from each other again and again would both be slow.
    const isTakenOver = error.code === "E_BUSY" && this.#isReady;
    const mayRetry = this.#connections > 0 && isConnectionTrouble(error) && !isTakenOver && !this.#plan.onlyOnce;
    if (!mayRetry) throw error;
    const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] as number;
    if (this.#leftMs() < delayMs) {
      const seconds = Math.round(this.#timeoutMs / 1000);
      const message = `given up: nothing has come from the other end for ${seconds} s (${error.message}); the same command goes on from here`;
      throw new SampanError("E_TIMED_OUT", message, { cause: error });
    }
    this.#emit({ event: "retry", attempt, delayMs, error });
    await sleep(delayMs, undefined, { signal: this.#abort.signal }).catch(() => {});
  }
}
