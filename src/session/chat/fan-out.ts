import { maxFanOutBytes, maxStuckBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Clock, Timer } from "../ports.js";

/** Bytes that have not moved for so long no longer hold the others up. */
const stuckAfterMs = 1000;
/** A member whose connection has not taken one message in so long is put out. */
const tooSlowAfterMs = 60_000;
const lookEveryMs = 500;

/** One who sends what was said to a member. */
export interface Sender {
  /** Sends as much of what waits as the fan-out admits. */
  pump(): void;
  /** Puts the member out. */
  putOut(error: SampanError): void;
}

interface Handed {
  bytes: number;
  movedMs: number;
  isStuck: boolean;
}

/** Shares out, among all members of all rooms, how much may be in the hands of their connections at once. */
export class FanOut {
  readonly #clock: Clock;
  readonly #handed = new Map<Sender, Handed>();
  readonly #hungry = new Set<Sender>();
  #movingBytes = 0;
  #stuckBytes = 0;
  #look: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether `sender` may hand over so many bytes now; if not, it is pumped later. */
  admit(sender: Sender, bytes: number): boolean {
    if (this.#movingBytes > 0 && this.#movingBytes + bytes > maxFanOutBytes) {
      this.#hungry.add(sender);
      return false;
    }
    const handed = this.#handed.get(sender) ?? { bytes: 0, movedMs: this.#clock.nowMs(), isStuck: false };
    handed.bytes += bytes;
    if (handed.isStuck) this.#stuckBytes += bytes;
    else this.#movingBytes += bytes;
    this.#handed.set(sender, handed);
    if (this.#look === undefined) this.#look = this.#clock.after(lookEveryMs, () => this.#lookAround());
    return true;
  }

  /** The connection has taken so many bytes. */
  taken(sender: Sender, bytes: number): void {
    const handed = this.#handed.get(sender);
    if (!handed) return;
    if (handed.isStuck) this.#unstick(handed);
    handed.bytes -= bytes;
    handed.movedMs = this.#clock.nowMs();
    this.#movingBytes -= bytes;
    if (handed.bytes <= 0) this.#handed.delete(sender);
    this.#feed();
  }

  /** The member is gone, and all that was handed over for it. */
  forget(sender: Sender): void {
    this.#hungry.delete(sender);
    const handed = this.#handed.get(sender);
    if (!handed) return;
    this.#handed.delete(sender);
    if (handed.isStuck) this.#stuckBytes -= handed.bytes;
    else this.#movingBytes -= handed.bytes;
    this.#feed();
  }

  #unstick(handed: Handed): void {
    handed.isStuck = false;
    this.#stuckBytes -= handed.bytes;
    this.#movingBytes += handed.bytes;
  }

  #feed(): void {
    for (const sender of [...this.#hungry]) {
      if (this.#movingBytes >= maxFanOutBytes) return;
      this.#hungry.delete(sender);
      sender.pump();
    }
  }

  #lookAround(): void {
    this.#look = this.#handed.size > 0 ? this.#clock.after(lookEveryMs, () => this.#lookAround()) : undefined;
    const now = this.#clock.nowMs();
    // In the order in which they were handed something: the first is the one that has been stuck longest, or nearly.
    for (const [sender, handed] of [...this.#handed]) {
      const stillMs = now - handed.movedMs;
      if (stillMs < stuckAfterMs) continue;
      if (!handed.isStuck) {
        handed.isStuck = true;
        this.#movingBytes -= handed.bytes;
        this.#stuckBytes += handed.bytes;
      }
      if (stillMs >= tooSlowAfterMs || this.#stuckBytes > maxStuckBytes) sender.putOut(tooSlow());
    }
    this.#feed();
  }
}

export function tooSlow(): SampanError {
  return new SampanError("E_TOO_SLOW", "put out of the room: this end does not read as fast as the others speak");
}
