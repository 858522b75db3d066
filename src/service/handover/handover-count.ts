import type { SampanError } from "../../wire/sampan-error.js";
import type { ServerEvent } from "../api.js";

/** Counts who has fetched what is handed over, and knows when that is all. */
export class HandoverCount {
  readonly done: Promise<void>;
  #left: number;
  #running = 0;
  #late: SampanError | undefined;
  #resolve: () => void = () => {};
  #reject: (error: SampanError) => void = () => {};

  constructor(times: number) {
    this.#left = times;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever closes it early does not ask how it ended.
    this.done.catch(() => {});
  }

  take(event: ServerEvent): void {
    if (event.event === "transfer-begin") this.#running++;
    if (event.event !== "transfer-end") return;
    this.#running--;
    if (event.code === undefined) this.fetched();
    if (this.#late && this.#running === 0) this.fail(this.#late);
  }

  /** One more has it. */
  fetched(): void {
    if (--this.#left === 0) this.#resolve();
  }

  fail(error: SampanError): void {
    this.#reject(error);
  }

  /** Who is fetching now may finish. */
  failWhenIdle(error: SampanError): void {
    this.#late = error;
    if (this.#running === 0) this.fail(error);
  }
}
