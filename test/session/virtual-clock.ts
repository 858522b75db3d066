import type { Clock, Timer } from "../../src/session/ports.js";

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Time that passes only when nothing is left to do at the present moment. */
export class VirtualClock implements Clock {
  #nowMs = 1000;
  #count = 0;
  readonly #timers = new Set<Due>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const due = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#count++, action };
    this.#timers.add(due);
    return { cancel: () => this.#timers.delete(due) };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets time pass until `promise` is settled, and gives what it gives. Throws if it is not within `mostMs`. */
  async until<T>(promise: Promise<T>, mostMs = 600_000): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    const endMs = this.#nowMs + mostMs;
    for (;;) {
      await microtasks();
      if (settled) return promise;
      const next = this.#next();
      if (!next) throw new Error("nothing is left to happen, and the promise is not settled");
      if (next.atMs > endMs) throw new Error(`not settled after ${mostMs} ms of virtual time`);
      this.#fire(next);
    }
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await microtasks();
      const next = this.#next();
      if (!next || next.atMs > endMs) break;
      this.#fire(next);
    }
    this.#nowMs = endMs;
  }

  #next(): Due | undefined {
    let best: Due | undefined;
    for (const due of this.#timers) {
      if (!best || due.atMs < best.atMs || (due.atMs === best.atMs && due.order < best.order)) best = due;
    }
    return best;
  }

  #fire(due: Due): void {
    this.#timers.delete(due);
    this.#nowMs = due.atMs;
    due.action();
  }
}

/** Resolves when every promise that can move on has. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
