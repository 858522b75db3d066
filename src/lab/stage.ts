import { setTimeout as sleep } from "node:timers/promises";
import type { Told } from "./language.js";
import type { Step } from "./step.js";

/** Who watches an experiment. */
export interface Audience {
  /** A part of the experiment begins. */
  part(title: Told): void;
  step(step: Step): void;
  /** How long to rest after a step, so that one can watch. */
  readonly pauseMs: number;
}

/** Where an experiment is run: it shows its steps here, and has its time and its waiting from here. */
export class Stage {
  readonly #audience: Audience;
  readonly signal: AbortSignal;
  #startedMs = performance.now();
  #inBurst = false;

  constructor(audience: Audience, signal: AbortSignal) {
    this.#audience = audience;
    this.signal = signal;
  }

  part(title: Told): void {
    this.#audience.part(title);
  }

  /** Shows a step as it happens, and rests after it. The clock stops meanwhile; in a burst it runs on, without a rest. */
  async show(step: Omit<Step, "atMs">): Promise<void> {
    this.signal.throwIfAborted();
    const beganMs = performance.now();
    this.#audience.step({ ...step, atMs: this.nowMs });
    if (this.#inBurst) return;
    if (this.#audience.pauseMs > 0) await this.wait(this.#audience.pauseMs);
    this.#startedMs += performance.now() - beganMs;
  }

  /** Runs calls whose timing matters to the kernel: their steps are shown without a rest between them. */
  async burst<T>(calls: () => Promise<T>): Promise<T> {
    this.#inBurst = true;
    try {
      return await calls();
    } finally {
      this.#inBurst = false;
    }
  }

  get nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Throws what the signal was aborted with, if it is while waiting. */
  async wait(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch (error) {
      this.signal.throwIfAborted();
      throw error;
    }
  }

  /** Asks again every millisecond until there is an answer; undefined when there is none in time. */
  async until<T>(answer: () => T | undefined, limitMs: number): Promise<T | undefined> {
    for (const deadlineMs = performance.now() + limitMs; ; await this.wait(1)) {
      const found = answer();
      if (found !== undefined || performance.now() > deadlineMs) return found;
    }
  }
}
