import { lookup } from "node:dns/promises";
import { unmapped } from "../../transport/nearness.js";
import { dialError } from "../../transport/socket-error.js";
import { type UdpAddress, UdpPort } from "../../transport/udp-port.js";
import { wallClock } from "../../transport/wall-clock.js";
import { SampanError } from "../../wire/sampan-error.js";

/** An answer, with the times of question and answer on this machine's clock, microseconds since 1970. */
export interface HeardAnswer<Answer> {
  readonly answer: Answer;
  readonly askedMicros: number;
  readonly heardMicros: number;
  readonly roundTripMs: number;
}

/** Gives what a datagram answers, or undefined if it is no answer to the question. */
export type AnswerReader<Answer> = (bytes: Uint8Array) => Answer | undefined;

/** Asks one address by datagrams. */
export class UdpAsker {
  readonly #port: UdpPort;
  readonly #to: UdpAddress;
  readonly #takers: Set<(bytes: Uint8Array) => void>;

  private constructor(port: UdpPort, to: UdpAddress, takers: Set<(bytes: Uint8Array) => void>) {
    this.#port = port;
    this.#to = to;
    this.#takers = takers;
  }

  /** E_CONNECT if the host has no address. */
  static async open(host: string, port: number): Promise<UdpAsker> {
    const where = `${host}:${port}`;
    const { address, family } = await lookup(host).catch((thrown: unknown) => {
      throw dialError(thrown, where);
    });
    const takers = new Set<(bytes: Uint8Array) => void>();
    const socket = await UdpPort.open({
      host: family === 6 ? "::" : "0.0.0.0",
      port: 0,
      onDatagram: (bytes, from) => {
        if (from.port !== port || unmapped(from.address) !== unmapped(address)) return;
        for (const take of takers) take(bytes);
      },
    });
    return new UdpAsker(socket, { address, port }, takers);
  }

  /** Resolves to the answer, or to undefined when none has come in time. E_INTERRUPTED. */
  ask<Answer>(
    question: Uint8Array,
    read: AnswerReader<Answer>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<HeardAnswer<Answer> | undefined> {
    return new Promise((resolve, reject) => {
      const askedMicros = wallClock.nowMicros();
      const askedMs = performance.now();
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#takers.delete(take);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const take = (bytes: Uint8Array): void => {
        const heardMicros = wallClock.nowMicros();
        const roundTripMs = performance.now() - askedMs;
        try {
          const answer = read(bytes);
          if (answer !== undefined) finish(() => resolve({ answer, askedMicros, heardMicros, roundTripMs }));
        } catch (thrown) {
          finish(() => reject(thrown));
        }
      };
      const abort = () => finish(() => reject(new SampanError("E_INTERRUPTED", "interrupted")));
      const timer = setTimeout(() => finish(() => resolve(undefined)), timeoutMs);
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted) return abort();
      this.#takers.add(take);
      this.#port.send(question, this.#to);
    });
  }

  close(): Promise<void> {
    return this.#port.close();
  }
}
