import { maxHeldSayBytes, maxSayBytesUnderway, maxSaysUnderway } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Clock, Timer } from "../ports.js";
import { SayRate } from "./say-rate.js";

/** Bytes that wait because their senders are too fast, of all members together. */
export interface HeldBytes {
  bytes: number;
}

export interface SayIntakeOptions {
  readonly clock: Clock;
  readonly held: HeldBytes;
  readonly take: (message: Message) => void;
  /** The member is too fast: what comes next is heard after so long. */
  readonly onSlow: (waitMs: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Takes one member's messages in order, no faster than their rate allows. */
export class SayIntake {
  readonly #options: SayIntakeOptions;
  readonly #rate = new SayRate();
  #waiting: Message[] = [];
  #bytes = 0;
  #timer: Timer | undefined;

  constructor(options: SayIntakeOptions) {
    this.#options = options;
  }

  /** E_TOO_LARGE for a member who sends more than may be unacknowledged; E_BUSY when too much waits altogether. */
  push(message: Message): void {
    const { length } = message.body;
    this.#waiting.push(message);
    this.#count(length);
    // One more of each: whoever leaves says so behind the last message.
    if (this.#waiting.length > maxSaysUnderway + 1 || this.#bytes > maxSayBytesUnderway) {
      throw new SampanError("E_TOO_LARGE", "more messages than may be on their way without an acknowledgement");
    }
    if (!this.#timer) this.#work();
    if (this.#timer && this.#options.held.bytes > maxHeldSayBytes) {
      throw new SampanError("E_BUSY", "the server holds more messages than it can; try again later");
    }
  }

  close(): void {
    this.#timer?.cancel();
    this.#count(-this.#bytes);
    this.#waiting = [];
  }

  #work(): void {
    this.#timer = undefined;
    const { clock, take, onSlow } = this.#options;
    for (let message = this.#waiting[0]; message; message = this.#waiting[0]) {
      const now = clock.nowMs();
      const waitMs = Math.ceil(this.#rate.waitMs(now));
      if (waitMs > 0) {
        onSlow(waitMs);
        this.#timer = clock.after(waitMs, () => {
          try {
            this.#work();
          } catch (thrown) {
            this.#options.onError(thrown);
          }
        });
        return;
      }
      this.#waiting.shift();
      this.#count(-message.body.length);
      this.#rate.take(now, message.body.length);
      take(message);
    }
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#options.held.bytes += bytes;
  }
}
