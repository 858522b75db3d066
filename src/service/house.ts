import type { DigestAlgorithm } from "../session/ports.js";
import { ServedConnection } from "../session/served-connection.js";
import type { Caller } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import type { Right } from "../wire/right.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ServerEvent, ServerLimits } from "./api.js";
import { GuessBrake } from "./guess-brake.js";
import type { ServedService } from "./served-service.js";
import type { TokenCheck } from "./token-book.js";
import { agent } from "./version.js";

export interface HouseOptions {
  readonly limits: ServerLimits;
  readonly check: TokenCheck;
  readonly digests: readonly DigestAlgorithm[];
  readonly services: readonly ServedService[];
  /** Whether callers without a token are let in to pair, and to nothing else. */
  readonly pairingIsOpen: () => boolean;
  readonly tell: (event: ServerEvent) => void;
}

const pairRight: ReadonlySet<Right> = new Set(["pair"]);

/** Everybody who has called, and what they may ask. */
export class House {
  readonly #options: HouseOptions;
  readonly #brake = new GuessBrake(systemClock);
  readonly #connections = new Set<ServedConnection>();
  #peers = 0;

  constructor(options: HouseOptions) {
    this.#options = options;
  }

  receive(caller: Caller): void {
    const { address, host, sealed } = caller;
    const { digests, limits, services, tell } = this.#options;
    let isPeer = false;
    const facts = { address, host, sealed, tell };
    const connection = new ServedConnection(caller.link, {
      clock: systemClock,
      agent,
      digests,
      handlers: new Map(services.flatMap((service) => [...service.requests(facts)])),
      helloTimeoutMs: limits.helloTimeoutMs,
      idleTimeoutMs: limits.idleTimeoutMs,
      authenticate: (token) => this.#authenticate(token, caller),
      onHello: (name, rights) => {
        // Whoever is here to pair stays a stranger, with a stranger's deadline.
        if (rights === pairRight) return;
        isPeer = true;
        this.#peers++;
        caller.known();
        tell({ event: "peer", address, agent: name, rights: [...rights], sealed });
      },
      onRefused: (error) => this.refused(address, error),
      onClose: () => {
        if (isPeer) this.#peers--;
        this.#connections.delete(connection);
      },
    });
    this.#connections.add(connection);
  }

  refused(address: string, error: SampanError): void {
    this.#options.tell({ event: "refused", address, code: error.code, message: error.message });
  }

  async close(): Promise<void> {
    const reason = new SampanError("E_CONNECTION_LOST", "the server is closing");
    for (const connection of this.#connections) connection.close(reason);
    await Promise.all(this.#options.services.map((service) => service.close()));
  }

  async #authenticate(
    token: string,
    caller: Caller,
  ): Promise<{ holder: string; rights: ReadonlySet<Right> } | undefined> {
    // Nobody has an empty token: there is nothing in it to guess.
    if (token === "") return this.#options.pairingIsOpen() ? { holder: "", rights: pairRight } : undefined;
    const known = this.#options.check.find(token);
    if (!known) {
      await this.#brake.wrong(caller.host);
      return undefined;
    }
    if (this.#peers >= this.#options.limits.maxPeers) {
      throw new SampanError("E_BUSY", "the server has as many connections as it allows; try again later");
    }
    return known;
  }
}
