import type { RoundTrips, Throughput } from "../../service/measure/measure-api.js";
import { formatBytes } from "../byte-size.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { linkOfRemote } from "../named-remote.js";
import { withPeer } from "../open-remote.js";
import { formatRate } from "../rate.js";

export interface PingFlags {
  readonly count?: number;
  readonly interval?: number;
  readonly bench?: true;
  readonly json?: true;
  readonly plain?: true;
}

/** sampan ping REMOTE: round trips by TCP and UDP; with --bench throughput each way. */
export async function ping(remote: string, flags: PingFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  const { count, interval, json = false } = flags;
  const options = {
    signal,
    ...(count === undefined ? {} : { count }),
    ...(interval === undefined ? {} : { intervalMs: interval }),
  };
  const tell = (text: string, event: object) =>
    void process.stdout.write(json ? jsonLine({ event: "ping", ...event }) : text);
  await withPeer(
    await linkOfRemote(remote, "what ping asks"),
    { plain: flags.plain ?? false, signal },
    async ({ measure }) => {
      const tcp = await measure.pingTcp(options);
      tell(`TCP  ${tripsText(tcp)}\n`, { by: "tcp", ...tcp });
      const udp = await measure.pingUdp(options);
      const silent = { sent: options.count ?? 10, heard: 0 };
      tell(`UDP  ${udp ? tripsText(udp) : "nothing came back: blocked on the way, or not served"}\n`, {
        by: "udp",
        ...(udp ?? silent),
      });
      if (!flags.bench) return;
      for (const direction of ["up", "down"] as const) {
        const found = await measure.throughput(direction, { signal });
        const event = { event: "throughput", direction, ...found };
        tell(`${direction === "up" ? "to there  " : "from there"}  ${throughputText(found)}\n`, event);
      }
    },
  );
  return 0;
}

function tripsText({ sent, heard, minMs, medianMs, maxMs, jitterMs }: RoundTrips): string {
  const loss = Math.round((1 - heard / sent) * 1000) / 10;
  const trips = [minMs, medianMs, maxMs].map((ms) => ms.toFixed(2)).join(" / ");
  return `min / median / max ${trips} ms · jitter ${jitterMs.toFixed(2)} ms · ${heard} of ${sent} came back (${loss} % lost)`;
}

function throughputText({ bytes, ms, bytesPerSecond }: Throughput): string {
  return `${formatRate(bytesPerSecond)} (${formatBytes(bytes)} in ${(ms / 1000).toFixed(1)} s, one connection)`;
}
