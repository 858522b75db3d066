import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Acknowledged, RoomEvent } from "../../session/chat/room-event.js";
import { RoomVisitor } from "../../session/chat/room-visitor.js";
import type { SharedFile } from "../../session/chat/said.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { systemClock } from "../../transport/system-clock.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { isConnectionTrouble } from "../connection-trouble.js";

const retryDelaysMs = [250, 500, 1000, 2000, 4000];

export interface RoomConnectionOptions {
  readonly take: (signal: AbortSignal) => Promise<PeerConnection>;
  readonly give: (connection: PeerConnection) => void;
  /** The peer was closed at this end: there will be no more connections. */
  readonly isOver: () => boolean;
  readonly room: string;
  readonly name: string;
  readonly history: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: RoomEvent) => void;
}

/** Keeps a visit to a room going over as many connections as it takes. */
export class RoomConnection {
  readonly visitor: RoomVisitor;
  /** Resolves when the first connection is in the room. */
  readonly joined: Promise<void>;
  /** Resolves when the visit has ended in good order. */
  readonly ended: Promise<void>;
  readonly #options: RoomConnectionOptions;
  readonly #abort = new AbortController();
  #hasJoined: () => void = () => {};
  #wasJoined = false;
  #isLeaving = false;
  #isOver = false;
  #lastJoinedMs = systemClock.nowMs();

  constructor(options: RoomConnectionOptions) {
    this.#options = options;
    const { room, name, history, onEvent } = options;
    this.visitor = new RoomVisitor({
      clock: systemClock,
      room,
      name,
      history,
      client: randomBytes(12).toString("base64url"),
      onEvent: (event) => {
        if (event.event === "joined") this.#joined();
        onEvent(event);
      },
    });
    const isIn = new Promise<void>((resolve) => {
      this.#hasJoined = resolve;
    });
    this.ended = this.#run();
    this.joined = Promise.race([isIn, this.ended]);
    this.ended.catch(() => {});
    this.joined.catch(() => {});
  }

  /** Says something; E_CONNECTION_LOST when the visit is over. */
  say(text: Uint8Array, file?: SharedFile): Promise<Acknowledged> {
    if (!this.#isOver) return this.visitor.say(text, file);
    return Promise.reject(new SampanError("E_CONNECTION_LOST", "this visit to the room is over"));
  }

  leave(): void {
    this.#isLeaving = true;
    this.visitor.leave();
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    const abort = () => this.#abort.abort();
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#visit();
        } catch (thrown) {
          const wasIn = this.visitor.isJoined;
          this.visitor.detach();
          // Whoever was leaving, and has nothing more to say, has left.
          if (this.#isLeaving && this.#wasJoined && this.visitor.unacknowledged === 0) return;
          if (wasIn) {
            this.#lastJoinedMs = systemClock.nowMs();
            attempt = 1;
          }
          await this.#pauseOrThrow(toSampanError(thrown), attempt);
        }
      }
    } catch (thrown) {
      const error = toSampanError(thrown);
      this.visitor.fail(error);
      throw error;
    } finally {
      this.#isOver = true;
      signal?.removeEventListener("abort", abort);
    }
  }

  /** One connection's part of the visit: rejects when it is lost. */
  async #visit(): Promise<void> {
    const { signal } = this.#abort;
    const connection = await this.#options.take(signal);
    const { channel } = connection;
    const abort = () => channel.destroy(interrupted());
    signal.addEventListener("abort", abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        connection.enter({
          onMessage: (message) => {
            if (this.visitor.take(message)) resolve();
          },
          onClose: reject,
        });
        if (signal.aborted) abort();
        this.visitor.attach(channel);
      });
      connection.leave();
      this.#options.give(connection);
    } catch (thrown) {
      connection.leave();
      channel.destroy(toSampanError(thrown));
      throw thrown;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #joined(): void {
    this.#wasJoined = true;
    this.#lastJoinedMs = systemClock.nowMs();
    this.#hasJoined();
  }

  async #pauseOrThrow(error: SampanError, attempt: number): Promise<void> {
    if (this.#abort.signal.aborted) throw interrupted();
    if (!this.#wasJoined || this.#options.isOver() || !isConnectionTrouble(error)) throw error;
    const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] as number;
    const { timeoutMs, onEvent } = this.#options;
    if (systemClock.nowMs() + delayMs - this.#lastJoinedMs > timeoutMs) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new SampanError("E_TIMED_OUT", `the room could not be reached for ${seconds} s (${error.message})`, {
        cause: error,
      });
    }
    onEvent({ event: "lost", error, delayMs });
    await sleep(delayMs, undefined, { signal: this.#abort.signal }).catch(() => {});
  }
}

function interrupted(): SampanError {
  return new SampanError("E_INTERRUPTED", "interrupted; what was not acknowledged may not have been said");
}
