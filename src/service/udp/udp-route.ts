import type { SampanError } from "../../wire/sampan-error.js";

/** Whether connections to a peer go by UDP: tried until it fails once, as each failure costs seconds. */
export class UdpRoute {
  readonly #onFailed: (error: SampanError) => void;
  readonly #open = new Set<Promise<void>>();
  #failed: SampanError | undefined;

  constructor(onFailed: (error: SampanError) => void) {
    this.#onFailed = onFailed;
  }

  get isOpen(): boolean {
    return this.#failed === undefined;
  }

  /** The connections go by TCP from here on. */
  failed(error: SampanError): void {
    if (this.#failed) return;
    this.#failed = error;
    this.#onFailed(error);
  }

  /** A connection goes by it, until `closed` resolves. */
  opened(closed: Promise<void>): void {
    this.#open.add(closed);
    void closed.then(() => this.#open.delete(closed));
  }

  /**
   * Resolves when no connection is open any more. What was said last leaves with this process: there is no kernel that
   * would send it again.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }
}
