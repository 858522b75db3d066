import net from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { dialError } from "../transport/socket-error.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import type { PeerAddress } from "./address.js";
import { Connection } from "./connection.js";

export type CallerEvent =
  | { readonly event: "connected"; readonly peer: string }
  | { readonly event: "retry"; readonly attempt: number; readonly tries: number; readonly message: string };

export interface CallerOptions {
  readonly address: PeerAddress;
  /** How often it tries to connect before it gives up; the tutorials say 10. */
  readonly tries: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: CallerEvent) => void;
}

/** Between two tries; on Windows, where the tutorials were written, a refusal itself takes longer. */
const betweenTriesMs = 100;
/** The tutorials' clients wait so long before they give up. */
const beforeGivingUpMs = 1_000;
const answerMs = 5_000;

/** One server, connected to when needed and again when the connection breaks. */
export class Caller {
  readonly #options: CallerOptions;
  #connection: Connection | undefined;
  readonly #interrupt = (): void => this.#connection?.abort();

  constructor(options: CallerOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", this.#interrupt);
  }

  /** The connection; a new one if there is none or it has ended. E_TIMED_OUT after the last try. */
  async connect(): Promise<Connection> {
    if (this.#connection !== undefined && !this.#connection.hasEnded) return this.#connection;
    this.hangUp();
    const { tries, address } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#connection = await this.#dial();
        this.#options.onEvent({ event: "connected", peer: address.text });
        return this.#connection;
      } catch (thrown) {
        const error = toSampanError(thrown);
        if (error.code !== "E_CONNECT" || isHopeless(error)) throw error;
        if (attempt >= tries) throw await this.#giveUp(error, tries);
        this.#options.onEvent({ event: "retry", attempt, tries, message: error.message });
        await this.#wait(betweenTriesMs);
      }
    }
  }

  /**
   * Does `work` on the connection. If that breaks meanwhile and the work may be done twice, it is done again on a new
   * one, as many times as there are tries; E_TIMED_OUT then. Other errors end the connection.
   */
  async run<T>(again: boolean, work: (connection: Connection) => Promise<T>): Promise<T> {
    const { tries } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const connection = await this.connect();
      try {
        return await work(connection);
      } catch (thrown) {
        const error = toSampanError(thrown);
        if (this.#options.signal.aborted) throw this.#options.signal.reason;
        if (error.code !== "E_CONNECTION_LOST") throw error;
        this.hangUp();
        if (!again) throw error;
        if (attempt >= tries) throw await this.#giveUp(error, tries);
        this.#options.onEvent({ event: "retry", attempt, tries, message: error.message });
        await this.#wait(betweenTriesMs);
      }
    }
  }

  /** Ends in order: says so to the server, and waits for it to end as well. False if it did not within `waitMs`. */
  async close(waitMs: number): Promise<boolean> {
    this.#options.signal.removeEventListener("abort", this.#interrupt);
    const connection = this.#connection;
    this.#connection = undefined;
    return (await connection?.close(waitMs)) ?? true;
  }

  /** Ends at once. */
  hangUp(): void {
    this.#connection?.abort();
    this.#connection = undefined;
  }

  #dial(): Promise<Connection> {
    const { host, port, text } = this.#options.address;
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const socket = net.connect({ host, port });
      const fail = (error: unknown): void => {
        settle();
        socket.on("error", () => {});
        socket.destroy();
        reject(refusal(error, text));
      };
      const late = setTimeout(() => fail(new Error(`no answer within ${answerMs / 1000} s`)), answerMs);
      const stop = (): void => fail(signal.reason);
      const settle = (): void => {
        clearTimeout(late);
        signal.removeEventListener("abort", stop);
        socket.off("error", fail);
      };
      signal.addEventListener("abort", stop);
      socket.once("error", fail);
      socket.once("connect", () => {
        settle();
        resolve(new Connection(socket));
      });
    });
  }

  async #giveUp(last: SampanError, tries: number): Promise<SampanError> {
    await this.#wait(beforeGivingUpMs);
    const { text } = this.#options.address;
    return new SampanError(
      "E_TIMED_OUT",
      `connecting to ${text} timed out: gave up after ${tries} tries; ${last.message}`,
      {
        cause: last,
      },
    );
  }

  async #wait(ms: number): Promise<void> {
    const { signal } = this.#options;
    try {
      await pause(ms, undefined, { signal });
    } catch {
      throw signal.reason;
    }
  }
}

function refusal(error: unknown, where: string): SampanError {
  const { code, errors } = error as { code?: unknown; errors?: { code?: unknown }[] };
  if (code === "ECONNREFUSED" || errors?.some((one) => one.code === "ECONNREFUSED"))
    return new SampanError("E_CONNECT", `cannot connect to ${where}: connection refused; is the server running there?`);
  return dialError(error, where);
}

/** A host that does not exist will not come into being by another try. */
function isHopeless({ cause }: SampanError): boolean {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return code === "ENOTFOUND" || code === "EADDRNOTAVAIL" || code === "EACCES";
}
