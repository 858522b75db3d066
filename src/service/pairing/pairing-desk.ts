import type { Clock, Timer } from "../../session/ports.js";
import { SampanError } from "../../wire/sampan-error.js";
import { type HostExchange, hostExchange } from "./opaque.js";
import { makePairCode, type PairCode } from "./pair-code.js";

/** After so many a code is over. */
const maxWrongGuesses = 3;

export type PairingEnd = "used" | "guessed" | "expired" | "closed";

export interface OpenPairing {
  /** How long the code is good. */
  readonly forMs: number;
  /** How often it may be used; Infinity for a hand-over, which counts by itself. */
  readonly times: number;
  /** What whoever has the code gets. */
  readonly link: string;
  onPaired(address: string): void;
  onGuess(address: string, left: number): void;
  onOver(why: PairingEnd): void;
}

interface Open {
  readonly code: PairCode;
  readonly exchange: HostExchange;
  readonly options: OpenPairing;
  readonly timer: Timer;
  /** The exchange under way. One at a time: so there are never more guesses than are counted. */
  pending: PairingTry | undefined;
  wrong: number;
  used: number;
}

/** One run of the exchange with one caller; it ends by `prove` or by `fail`. */
export interface PairingTry {
  readonly response: string;
  /** Takes the proof; returns the link. E_CODE if it is none, E_RIGHTS if the code is over by now. */
  prove(proof: string): string;
  /** The caller has gone, or sent something else: a wrong guess, unless it was proved before. */
  fail(): void;
}

/** Where a server hands out its link for a code. There is at most one code at a time. */
export class PairingDesk {
  readonly #clock: Clock;
  readonly #fingerprint: string;
  readonly #onChange: (nameplate: number | undefined) => void;
  #open: Open | undefined;

  /** `onChange` is told the nameplate of the code that is open now, to be announced. */
  constructor(clock: Clock, fingerprint: string, onChange: (nameplate: number | undefined) => void) {
    this.#clock = clock;
    this.#fingerprint = fingerprint;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Makes a code; one that was open before is over. */
  async open(options: OpenPairing): Promise<string> {
    this.close();
    const code = makePairCode();
    const exchange = await hostExchange(code.text, this.#fingerprint);
    this.close();
    const timer = this.#clock.after(options.forMs, () => this.#end("expired"));
    this.#open = { code, exchange, options, timer, pending: undefined, wrong: 0, used: 0 };
    this.#onChange(code.nameplate);
    return code.text;
  }

  /** Begins the exchange with a caller. E_RIGHTS when no code is open, E_BUSY while another caller is at it. */
  begin(request: string, address: string): PairingTry {
    const open = this.#open;
    if (open === undefined) throw overError();
    if (open.pending) throw new SampanError("E_BUSY", "somebody else is pairing just now; try again in a moment");
    const answer = open.exchange.answer(request);
    const begun: PairingTry = {
      response: answer.response,
      prove: (proof) => {
        if (this.#open !== open) throw overError();
        if (open.pending !== begun || !answer.accept(proof)) throw codeError();
        open.pending = undefined;
        return this.#paired(open, address);
      },
      fail: () => {
        if (this.#open !== open || open.pending !== begun) return;
        open.pending = undefined;
        this.#guessed(open, address);
      },
    };
    open.pending = begun;
    return begun;
  }

  close(): void {
    this.#end("closed");
  }

  #paired(open: Open, address: string): string {
    open.used++;
    open.options.onPaired(address);
    if (open.used >= open.options.times) this.#end("used", open);
    return open.options.link;
  }

  #guessed(open: Open, address: string): void {
    open.wrong++;
    open.options.onGuess(address, maxWrongGuesses - open.wrong);
    if (open.wrong >= maxWrongGuesses) this.#end("guessed", open);
  }

  #end(why: PairingEnd, which = this.#open): void {
    if (which === undefined || which !== this.#open) return;
    this.#open = undefined;
    which.timer.cancel();
    this.#onChange(undefined);
    which.options.onOver(why);
  }
}

function overError(): SampanError {
  return new SampanError("E_RIGHTS", "the code is over: ask for a new one");
}

export function codeError(): SampanError {
  return new SampanError(
    "E_CODE",
    "the code is not the one shown there, or somebody stands between: look at it again; three wrong tries end a code",
  );
}
