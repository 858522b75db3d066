import type { SampanError } from "../wire/sampan-error.js";
import { type ExchangeListener, nowMicroseconds } from "./exchange-event.js";
import type { Direction } from "./side.js";
import { StreamWatch, type WatchSettings } from "./stream-watch.js";
import type { TapEvents, TapFlow } from "./tap-events.js";

/** What goes through a tap, told as a session: chunks, frames and checksums of both directions of each flow. */
export class TapWatch implements TapEvents {
  readonly #settings: WatchSettings;
  readonly #tell: ExchangeListener;
  readonly #watches = new Map<number, Readonly<Record<Direction, StreamWatch>>>();

  constructor(settings: WatchSettings, tell: ExchangeListener) {
    this.#settings = settings;
    this.#tell = tell;
  }

  opened({ id, kind, client, target }: TapFlow): void {
    const watch = (dir: Direction): StreamWatch => new StreamWatch({ id, dir, kind }, this.#settings, this.#tell);
    this.#watches.set(id, { in: watch("in"), out: watch("out") });
    this.#tell({ event: "opened", time: nowMicroseconds(), id, peer: `${client} → ${target}`, kind });
  }

  chunk({ id }: TapFlow, direction: Direction, bytes: Uint8Array): void {
    this.#watches.get(id)?.[direction].chunk(bytes);
  }

  ended({ id }: TapFlow, direction: Direction): void {
    this.#watches.get(id)?.[direction].end();
  }

  closed({ id }: TapFlow, error: SampanError | undefined): void {
    if (this.#watches.delete(id)) this.#tell({ event: "closed", time: nowMicroseconds(), id, error });
    else if (error !== undefined) this.problem(error, id);
  }

  refused(_client: string, error: SampanError): void {
    this.problem(error);
  }

  trouble({ id }: TapFlow, error: SampanError): void {
    this.problem(error, id);
  }

  problem(error: SampanError, id?: number): void {
    this.#tell({ event: "problem", time: nowMicroseconds(), ...(id === undefined ? {} : { id }), error });
  }
}
