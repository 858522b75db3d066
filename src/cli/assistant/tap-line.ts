import type { TapEvents, TapFlow } from "../../assistant/tap-events.js";
import type { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";
import { formatDuration } from "../duration.js";

/** Tells what a tap sees as lines: who came, what was wrong, and how much went each way. */
export class TapLines implements TapEvents {
  readonly #print: (line: string) => void;
  readonly #openedAtMs = new Map<number, number>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  opened(flow: TapFlow): void {
    this.#openedAtMs.set(flow.id, performance.now());
    this.#tell(flow, "opened");
  }

  chunk(): void {}

  ended(): void {}

  closed(flow: TapFlow, error: SampanError | undefined): void {
    const openedAtMs = this.#openedAtMs.get(flow.id);
    this.#openedAtMs.delete(flow.id);
    const why = error === undefined ? "closed" : `closed: ${printable(error.message)} (${error.code})`;
    if (openedAtMs === undefined) return this.#tell(flow, why);
    const seconds = (performance.now() - openedAtMs) / 1000;
    const counts = `${formatBytes(flow.inBytes)} in, ${formatBytes(flow.outBytes)} out, ${formatDuration(seconds)}`;
    this.#tell(flow, `${why}; ${counts}`);
  }

  refused(client: string, error: SampanError): void {
    this.#print(`${time()}  ${client}  refused: ${printable(error.message)} (${error.code})`);
  }

  trouble(flow: TapFlow, error: SampanError): void {
    this.#tell(flow, `${printable(error.message)} (${error.code})`);
  }

  #tell({ id, client, target }: TapFlow, text: string): void {
    this.#print(`${time()}  #${id} ${client} > ${target}  ${text}`);
  }
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}
