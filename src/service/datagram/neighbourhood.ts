import { attachedNetworks, type Nearness, nearnessAmong } from "../../transport/nearness.js";

/** Networks come and go with cables and sleep; reading them for each datagram would cost more than the answer. */
const rememberMs = 10_000;

/** How near an address is to this machine, as its networks are now. */
export class Neighbourhood {
  readonly #nowMs: () => number;
  #readMs = Number.NEGATIVE_INFINITY;
  #nearnessOf: (address: string) => Nearness = () => "far";

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  nearnessOf(address: string): Nearness {
    const now = this.#nowMs();
    if (now - this.#readMs > rememberMs) {
      this.#readMs = now;
      this.#nearnessOf = nearnessAmong(attachedNetworks());
    }
    return this.#nearnessOf(address);
  }
}
