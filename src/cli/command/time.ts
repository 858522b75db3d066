import { isIP } from "node:net";
import type { TimeOptions, TimeReading } from "../../service/time/time-reading.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import { linkOfRemote } from "../named-remote.js";
import { withPeer } from "../open-remote.js";

export interface TimeFlags {
  readonly sntp?: true;
  readonly json?: true;
  readonly plain?: true;
}

const ntpPort = 123;

/** sampan time REMOTE|HOST:PORT [FORMAT]: what another machine's clock says. */
export async function time(target: string, format: string | undefined, flags: TimeFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  const options: TimeOptions = { signal, ...(format === undefined ? {} : { format }) };
  const reading = await readTime(target, options, flags);
  process.stdout.write(flags.json ? jsonLine(timeEvent(reading)) : timeLines(reading));
  return 0;
}

async function readTime(target: string, options: TimeOptions, flags: TimeFlags): Promise<TimeReading> {
  if (flags.sntp && options.format !== undefined)
    throw new SampanError("E_USAGE", "SNTP tells the time as a number: leave out the format, or --sntp");
  const address = addressOf(target, flags.sntp ? ntpPort : undefined);
  const { askFormattedTime, askSntpTime } = await import("../../service/datagram/ask-time.js");
  if (address) return (flags.sntp ? askSntpTime : askFormattedTime)(address.host, address.port, options);
  const link = await linkOfRemote(target, "whose time is asked");
  if (!flags.sntp) return withPeer(link, { plain: flags.plain ?? false }, (peer) => peer.time(options));
  const { parseLink } = await import("../../service/link-text.js");
  const { host, port, unixPath } = parseLink(link);
  if (unixPath !== undefined) throw new SampanError("E_USAGE", "there is no SNTP by a Unix socket; leave out --sntp");
  return askSntpTime(host, port, options);
}

/** HOST:PORT with a number, or with a port to fall back on an IP address or a name with a dot in it. */
export function addressOf(target: string, otherPort?: number): { host: string; port: number } | undefined {
  const [, bracketed, name, port] = /^(?:\[([^\]]+)\]|([^:/]+))(?::(\d{1,5}))?$/.exec(target) ?? [];
  const host = bracketed ?? name;
  if (host !== undefined && port !== undefined && Number(port) >= 1 && Number(port) <= 65_535)
    return { host, port: Number(port) };
  if (otherPort === undefined) return undefined;
  if (isIP(target) !== 0 || bracketed !== undefined || (name !== undefined && port === undefined && name.includes(".")))
    return { host: host ?? target, port: otherPort };
  return undefined;
}

function timeEvent({ clock, stratum, synchronized, ...reading }: TimeReading): JsonEvent {
  const at = clock && new Date(Date.now() + clock.offsetMs).toISOString();
  const { by, text, roundTripMs, asked, heard } = reading;
  const server = stratum === undefined ? {} : { stratum, synchronized };
  const offset = { offsetMs: clock?.offsetMs ?? null, uncertaintyMs: clock?.uncertaintyMs ?? null };
  return { event: "time", by, text: text ?? null, time: at ?? null, ...offset, roundTripMs, asked, heard, ...server };
}

const ways = {
  udp: "by UDP",
  tcp: "by the connection: datagrams do not come back",
  sntp: "by SNTP",
  strftime: "by UDP, as a text",
};

/** The time, and below it how far the clock is off. */
function timeLines(reading: TimeReading): string {
  const { by, text, clock, roundTripMs, stratum, synchronized } = reading;
  const first =
    text === undefined
      ? sntpTime(reading)
      : text
          .split("\n")
          .map((line) => printable(line, 2000))
          .join("\n");
  const off =
    clock === undefined
      ? "offset unknown"
      : `offset ${signedMs(clock.offsetMs)} ± ${clock.uncertaintyMs.toFixed(1)} ms`;
  const server = stratum === undefined ? [] : [`stratum ${stratum}`, ...(synchronized ? [] : ["not synchronized"])];
  return `${first}\n${[off, `round trip ${roundTripMs.toFixed(1)} ms`, ...server, ways[by]].join(" · ")}\n`;
}

function sntpTime({ clock }: TimeReading): string {
  return new Date(Date.now() + (clock?.offsetMs ?? 0)).toISOString();
}

function signedMs(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${Math.abs(ms).toFixed(1)} ms`;
}
