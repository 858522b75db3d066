import { readString, readWholeNumber } from "../../wire/field.js";
import { benchPieceBytes, maxBenchMs, maxEchoBytes } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Clock } from "../ports.js";
import type { Conversation, RequestHandler } from "../served-connection.js";
import { ThroughputMeter } from "./throughput-meter.js";

/*
 *   echo {}                      C→S bounce (body) …     S→C bounce (the same body) …    C→S enough   S→C end
 *   bench {direction: "down", ms}                        S→C fill (body) …                            S→C end
 *   bench {direction: "up", ms}  C→S fill (body) …                                       C→S enough   S→C end {bytes, ms, rate}
 */

/** An end that is asked for so long may be late by so much: what is under way has to arrive. */
const graceMs = 20_000;

const piecesPerTurn = 16;

/** What measures the way to a server and back. */
export function measureRequests(clock: Clock): Map<string, RequestHandler> {
  return new Map<string, RequestHandler>([
    [
      "echo",
      {
        right: "read",
        endsConnection: true,
        handle: (_request, conversation) => echo(conversation),
      },
    ],
    [
      "bench",
      {
        right: "read",
        endsConnection: true,
        handle: async ({ header }, conversation) => {
          const ms = readWholeNumber(header, "ms", maxBenchMs, 1);
          const direction = readString(header, "direction", 8);
          if (direction === "down") return pour(clock, conversation.channel, ms);
          if (direction === "up") return sink(clock, conversation, ms);
          throw new SampanError("E_PROTOCOL", 'the direction must be "up" or "down"');
        },
      },
    ],
  ]);
}

/** Hands every message of a conversation to `take` until that says that it was the last one. */
function hear(conversation: Conversation, take: (message: Message) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    conversation.onClose = reject;
    conversation.onMessage = (message) => {
      if (take(message)) resolve();
    };
  });
}

async function echo(conversation: Conversation): Promise<void> {
  const { channel } = conversation;
  await hear(conversation, ({ header, body }) => {
    switch (header.kind) {
      case "bounce":
        if (body.length > maxEchoBytes) throw new SampanError("E_TOO_LARGE", `an echo of ${body.length} bytes`);
        channel.send({ kind: "bounce" }, body);
        return false;
      case "enough":
        return true;
      default:
        throw misplaced(header.kind);
    }
  });
  channel.send({ kind: "end" });
}

/** Sends as much as the other end takes, for a time. */
async function pour(clock: Clock, channel: Channel, ms: number): Promise<void> {
  await pourFor(clock, channel, ms);
  channel.send({ kind: "end" });
}

/** Of either end: pieces as fast as they are taken, until the time is over. */
export async function pourFor(clock: Clock, channel: Channel, ms: number): Promise<void> {
  const piece = new Uint8Array(benchPieceBytes);
  const endMs = clock.nowMs() + ms;
  for (let pieces = 1; clock.nowMs() < endMs && !channel.closed; pieces++) {
    channel.send({ kind: "fill" }, piece);
    await channel.drained();
    // Where all is taken at once, others get their turn all the same.
    if (pieces % piecesPerTurn === 0) await new Promise<void>((resolve) => void clock.after(0, resolve));
  }
}

async function sink(clock: Clock, conversation: Conversation, ms: number): Promise<void> {
  const meter = new ThroughputMeter(clock, ms);
  const latestMs = clock.nowMs() + ms + graceMs;
  await hear(conversation, ({ header, body }) => {
    if (clock.nowMs() > latestMs)
      throw new SampanError("E_TIMED_OUT", "the measurement takes longer than was asked for");
    switch (header.kind) {
      case "fill":
        meter.add(body.length);
        return false;
      case "enough":
        return true;
      default:
        throw misplaced(header.kind);
    }
  });
  const { bytes, ms: took, bytesPerSecond } = meter.result;
  conversation.channel.send({ kind: "end", bytes, ms: Math.round(took), rate: Math.round(bytesPerSecond) });
}

function misplaced(kind: string): SampanError {
  return new SampanError("E_PROTOCOL", `"${kind.slice(0, 40)}" does not belong here`);
}
