import { waitAboveUnsentBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { LogReader } from "./output-log.js";

/** What a chunk costs beside its output, so that a flood of tiny ones is bounded as well. */
const chunkCostBytes = 256;

/** Sends the output of a command as fast as the peer takes it: within its window, and no more unsent than the network can use. */
export class OutputSender {
  /** Resolves when all is handed to the network, or sending was stopped. */
  readonly done: Promise<void>;
  readonly #channel: Channel;
  readonly #reader: LogReader;
  readonly #window: number;
  #aheadBytes = 0;
  #unsentBytes = 0;
  #finish: () => void = () => {};
  #stopped = false;

  constructor(channel: Channel, reader: LogReader, window: number | undefined) {
    this.#channel = channel;
    this.#reader = reader;
    this.#window = window ?? Number.MAX_SAFE_INTEGER;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    reader.onMore = () => this.#pump();
  }

  start(): void {
    this.#pump();
  }

  /** The peer has taken so much. E_PROTOCOL if it cannot have. */
  taken(bytes: number): void {
    if (this.#window === Number.MAX_SAFE_INTEGER) return;
    if (bytes > this.#aheadBytes) throw new SampanError("E_PROTOCOL", "more output was taken than was sent");
    this.#aheadBytes -= bytes;
    this.#pump();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#reader.onMore = () => {};
    this.#reader.leave();
    this.#finish();
  }

  #pump(): void {
    while (!this.#stopped && this.#aheadBytes < this.#window && this.#unsentBytes < waitAboveUnsentBytes) {
      const chunk = this.#reader.next();
      if (!chunk) break;
      const cost = chunk.bytes + chunkCostBytes;
      this.#aheadBytes += chunk.bytes;
      this.#unsentBytes += cost;
      this.#channel.sendEncoded(chunk.message, () => {
        this.#unsentBytes -= cost;
        chunk.release?.();
        if (!this.#channel.closed) this.#pump();
      });
    }
    if (this.#reader.isAtEnd()) this.stop();
  }
}
