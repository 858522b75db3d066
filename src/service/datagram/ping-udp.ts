import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { formatSampanDatagram, parseSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import type { PingOptions } from "../measure/measure-api.js";
import { type RoundTrips, sumUpRoundTrips } from "../measure/round-trips.js";
import { UdpAsker } from "./udp-asker.js";

/** Echoes of datagrams at an interval, whether or not the one before has come back. */
export async function pingUdp(host: string, port: number, options: PingOptions): Promise<RoundTrips | undefined> {
  const { count = 10, intervalMs = 200, timeoutMs = 1000, bytes = 56 } = options;
  const asker = await UdpAsker.open(host, port);
  // Hundreds may be under way, and each listens: more than Node takes for right on a signal that is not ours.
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  const { signal } = ended;
  const end = () => ended.abort();
  options.signal?.addEventListener("abort", end, { once: true });
  if (options.signal?.aborted) end();
  try {
    const echoes: Promise<number | undefined>[] = [];
    for (let turn = 0; turn < count && !signal.aborted; turn++) {
      if (turn > 0) await new Promise((resolve) => setTimeout(resolve, intervalMs));
      const echo = echoOnce(asker, bytes, timeoutMs, signal);
      echo.catch(() => {});
      echoes.push(echo);
    }
    const took = await Promise.all(echoes);
    return sumUpRoundTrips(
      took.filter((ms) => ms !== undefined),
      count,
    );
  } finally {
    options.signal?.removeEventListener("abort", end);
    await asker.close();
  }
}

async function echoOnce(asker: UdpAsker, bytes: number, timeoutMs: number, signal: AbortSignal | undefined) {
  const body = randomBytes(Math.max(8, bytes));
  const isOurs = (datagram: Uint8Array): true | undefined => {
    const answer = parseSampanDatagram(datagram);
    return answer?.kind === "echoed" && body.equals(answer.body) ? true : undefined;
  };
  const heard = await asker.ask(formatSampanDatagram("echo", body), isOurs, timeoutMs, signal);
  return heard?.roundTripMs;
}
