import { SampanError } from "../wire/sampan-error.js";
import type { ScriptData, ScriptResult } from "./script-types.js";

/** From how many waiting calls on the peer is not read, and at how few it is read again. */
const mostWaiting = 64;
const fewWaiting = 16;

/** Datagrams cannot be held back: with so many waiting, more are left out. */
const mostDatagrams = 1024;

export interface TurnPorts {
  send(data: ScriptData): void;
  hold(): void;
  release(): void;
  failed(error: SampanError): void;
}

/** The calls into a script for one connection, one after another: an answer that takes time keeps its place. */
export class ScriptTurns {
  readonly #ports: TurnPorts;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #toldFull = false;

  constructor(ports: TurnPorts) {
    this.#ports = ports;
  }

  /** Fulfilled when all calls so far are over. */
  get idle(): Promise<void> {
    return this.#last;
  }

  add(call: () => ScriptResult | Promise<ScriptResult>): void {
    if (this.#waiting >= mostDatagrams) {
      if (!this.#toldFull) this.#ports.failed(tooSlow());
      this.#toldFull = true;
      return;
    }
    if (++this.#waiting === mostWaiting) this.#ports.hold();
    this.#last = this.#last.then(async () => await this.#take(call));
  }

  async #take(call: () => ScriptResult | Promise<ScriptResult>): Promise<void> {
    try {
      const result = await call();
      const answers: readonly unknown[] = Array.isArray(result) ? result : [result];
      for (const answer of answers) if (answer !== undefined && answer !== null) this.#ports.send(checked(answer));
    } catch (thrown) {
      this.#ports.failed(scriptError(thrown));
    }
    if (--this.#waiting === fewWaiting) this.#ports.release();
    if (this.#waiting === 0) this.#toldFull = false;
  }
}

/** What a script threw, as what is told about it: with the line of the script, if its stack says so. */
export function scriptError(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const place = thrown instanceof Error ? /([^/\\(]+\.[cm]?js):(\d+):\d+\)?$/m.exec(thrown.stack ?? "") : null;
  const where = place === null ? "" : ` (${place[1]}, line ${place[2]})`;
  return new SampanError("E_USAGE", `the script failed: ${message}${where}`, { cause: thrown });
}

function checked(answer: unknown): ScriptData {
  if (typeof answer === "string" || answer instanceof Uint8Array) return answer;
  if (answer instanceof ArrayBuffer) return new Uint8Array(answer);
  throw new SampanError(
    "E_USAGE",
    `the script gave back ${typeof answer === "object" ? "an object" : `a ${typeof answer}`}; an answer is a string, a Uint8Array, or an array of them`,
  );
}

function tooSlow(): SampanError {
  return new SampanError(
    "E_BUSY",
    `the script is slower than the peer: ${mostDatagrams} frames wait, more are left out`,
  );
}
