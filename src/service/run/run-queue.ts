import { maxQueuedRuns } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";

interface Waiting {
  readonly start: () => void;
}

/** Lets so many commands run at once; the others wait in the order in which they came. */
export class RunQueue {
  readonly #most: number;
  #running = 0;
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Resolves to true when the command may start (then `leave` says that it is over), to false if `gone` came first.
   * `queued` is told how many are ahead if it has to wait. E_BUSY when too many wait already.
   */
  enter(queued: (ahead: number) => void, gone: Promise<unknown>): Promise<boolean> | true {
    if (this.#running < this.#most) {
      this.#running++;
      return true;
    }
    if (this.#waiting.length >= maxQueuedRuns) {
      throw new SampanError("E_BUSY", `the server runs ${this.#most} commands, and ${maxQueuedRuns} wait; try later`);
    }
    queued(this.#waiting.length);
    return new Promise((resolve) => {
      const waiting = { start: () => resolve(true) };
      this.#waiting.push(waiting);
      const forget = () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(false);
      };
      gone.then(forget, forget);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next.start();
    else this.#running--;
  }
}
