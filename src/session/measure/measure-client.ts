import { readWholeNumber } from "../../wire/field.js";
import type { Header, Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { errorOf } from "../error-message.js";
import type { PeerConnection } from "../peer-connection.js";
import type { Cancellation, Clock } from "../ports.js";
import { pourFor } from "./measure-requests.js";
import { type Throughput, ThroughputMeter } from "./throughput-meter.js";

export interface EchoOptions {
  readonly count: number;
  readonly intervalMs: number;
  readonly bytes: number;
  readonly signal?: Cancellation | undefined;
  /** Called with each round trip. */
  readonly onRoundTrip?: (ms: number) => void;
}

/** Round trips over a connection, in milliseconds, one after another at an interval. */
export async function echoOver(connection: PeerConnection, clock: Clock, options: EchoOptions): Promise<number[]> {
  const { count, intervalMs, bytes } = options;
  const { channel } = connection;
  const took: number[] = [];
  let sentMs = 0;
  await converse(connection, { kind: "echo" }, options.signal, {
    start: () => bounce(),
    take: ({ header }) => {
      if (header.kind !== "bounce") throw new SampanError("E_PROTOCOL", "an echo must be a bounce");
      const ms = clock.nowMs() - sentMs;
      took.push(ms);
      options.onRoundTrip?.(ms);
      if (took.length >= count) channel.send({ kind: "enough" });
      else clock.after(Math.max(0, intervalMs - ms), bounce);
    },
  });
  return took;

  function bounce(): void {
    sentMs = clock.nowMs();
    channel.send({ kind: "bounce" }, new Uint8Array(bytes));
  }
}

/** What a connection carries from the server to here in so many milliseconds. */
export async function measureDown(
  connection: PeerConnection,
  clock: Clock,
  ms: number,
  signal?: Cancellation,
): Promise<Throughput> {
  const meter = new ThroughputMeter(clock, ms);
  await converse(connection, { kind: "bench", direction: "down", ms }, signal, {
    start: () => {},
    take: ({ header, body }) => {
      if (header.kind !== "fill") throw new SampanError("E_PROTOCOL", "a measurement must be filled");
      meter.add(body.length);
    },
  });
  return meter.result;
}

/** What a connection carries from here to the server, as that has counted it. */
export async function measureUp(
  connection: PeerConnection,
  clock: Clock,
  ms: number,
  signal?: Cancellation,
): Promise<Throughput> {
  const { channel } = connection;
  const end = await converse(connection, { kind: "bench", direction: "up", ms }, signal, {
    start: () => {
      pourFor(clock, channel, ms).then(
        () => channel.send({ kind: "enough" }),
        (thrown) => channel.destroy(toSampanError(thrown)),
      );
    },
    take: () => {
      throw new SampanError("E_PROTOCOL", "the server spoke in the middle of a measurement");
    },
  });
  const read = (key: string) => readWholeNumber(end, key, Number.MAX_SAFE_INTEGER);
  return { bytes: read("bytes"), ms: read("ms"), bytesPerSecond: read("rate") };
}

interface Talk {
  start(): void;
  take(message: Message): void;
}

/** One conversation: resolves to its `end`. */
function converse(
  connection: PeerConnection,
  request: Header,
  signal: Cancellation | undefined,
  talk: Talk,
): Promise<Header> {
  return new Promise<Header>((resolve, reject) => {
    const { channel } = connection;
    const abort = () => channel.destroy(new SampanError("E_INTERRUPTED", "interrupted"));
    const finish = (settle: () => void) => {
      signal?.removeEventListener("abort", abort);
      connection.leave();
      settle();
    };
    connection.enter({
      onClose: (error) => finish(() => reject(error)),
      onMessage: (message) => {
        const { header } = message;
        if (header.kind === "error") return finish(() => reject(errorOf(header)));
        if (header.kind === "end") return finish(() => resolve(header));
        talk.take(message);
      },
    });
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) return abort();
    channel.send(request);
    talk.start();
  });
}
