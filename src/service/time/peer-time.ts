import { wallClock } from "../../transport/wall-clock.js";
import { readString, readWholeNumber } from "../../wire/field.js";
import { maxDatagramAnswerBytes } from "../../wire/limits.js";
import type { Header } from "../../wire/message.js";
import type { CallOptions } from "../api.js";
import { askSampanTime } from "../datagram/ask-time.js";
import type { ParsedLink } from "../link-text.js";
import { defaultSamples, type TimeOptions, type TimeReading } from "./time-reading.js";
import { compareClocks, type TimeSample } from "./time-sample.js";

/** Makes one small request of the peer. */
export type Call = (request: Header, options: CallOptions) => Promise<Header>;

/** What the clock of a peer says: by datagrams, or where they do not come back by the connection. */
export async function peerTime(link: ParsedLink, call: Call, options: TimeOptions = {}): Promise<TimeReading> {
  if (link.unixPath === undefined) {
    const told = await askSampanTime(link.host, link.port, options);
    if (told) return told;
  }
  return timeByConnection(call, options);
}

/** E_USAGE or E_TOO_LARGE for a bad format. */
export async function timeByConnection(call: Call, options: TimeOptions): Promise<TimeReading> {
  const { format, samples = defaultSamples, signal } = options;
  const heard: TimeSample[] = [];
  let text = "";
  for (let turn = 0; turn < Math.max(1, samples); turn++) {
    const askedMicros = wallClock.nowMicros();
    const end = await call({ kind: "time", ...(format ? { format } : {}) }, signal ? { signal } : {});
    const heardMicros = wallClock.nowMicros();
    const [receivedMicros, sentMicros] = [micros(end, "received"), micros(end, "sent")];
    text = readString(end, "text", maxDatagramAnswerBytes);
    heard.push({ askedMicros, heardMicros, receivedMicros, sentMicros });
  }
  const clock = compareClocks(heard);
  return { by: "tcp", text, clock, roundTripMs: clock?.roundTripMs ?? 0, asked: heard.length, heard: heard.length };
}

function micros(end: Header, key: string): number {
  return readWholeNumber(end, key, Number.MAX_SAFE_INTEGER);
}
