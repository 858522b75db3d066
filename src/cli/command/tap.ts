import { startTap, type Tap, type TapEnds } from "../../assistant/tap.js";
import type { TapEvents } from "../../assistant/tap-events.js";
import { formatAddress, parseAddress, type RawAddress } from "../../transport/raw/address.js";
import { connectRaw } from "../../transport/raw/connect-raw.js";
import { listenRaw } from "../../transport/raw/listen-raw.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { type AssistantFlags, wantsWatch } from "../assistant/flags.js";
import { type ConnectFlags, connectSettings, type ListenFlags, listenSettings } from "../assistant/raw-flags.js";
import { TapLines } from "../assistant/tap-line.js";
import { onInterrupt } from "../interrupt.js";
import { listeningText } from "./listen.js";

export interface TapFlags extends AssistantFlags {
  readonly cert?: string;
  readonly key?: string;
  readonly maxConnections?: number;
  readonly timeout?: number;
  readonly fingerprint?: string;
  readonly serverName?: string;
  readonly insecure?: true;
  readonly quiet?: true;
}

/** sampan tap LISTEN TARGET: passes everything on and tells what goes by, until Ctrl-C or SIGTERM. */
export async function tap(from: string, to: string, flags: TapFlags): Promise<number> {
  const listenAddress = parseAddress(from, "listen");
  const target = parseAddress(to, "connect");
  checkKinds(listenAddress, target);
  const listenFlags: ListenFlags = pick(flags, "cert", "key", "maxConnections");
  const connectFlags: ConnectFlags = pick(flags, "timeout", "fingerprint", "serverName", "insecure");
  const { options, fingerprint } = await listenSettings(listenAddress, listenFlags);
  const dialOptions = connectSettings(target, connectFlags);
  const interrupted = new Promise<void>((resolve) => onInterrupt(resolve));
  const targetName = printable(formatAddress(target));
  const ends: TapEnds = {
    listen: (events) => listenRaw(listenAddress, events, options),
    dial: (events, signal) => connectRaw(target, events, { ...dialOptions, signal }),
    targetName,
  };
  if (wantsWatch(flags)) {
    const { runTapWatch } = await import("../assistant/tap.js");
    const start = (events: TapEvents): Promise<Tap> => startTap(ends, events);
    return await runTapWatch({ flags, target: targetName, fingerprint, interrupted, start });
  }
  const lines = new TapLines((line) => void process.stdout.write(`${line}\n`));
  const running = await startTap(ends, flags.quiet ? silence : lines);
  if (!flags.quiet) process.stderr.write(`${listeningText(running.address, fingerprint)}\n`);
  await interrupted;
  await running.close();
  return 0;
}

function checkKinds(listen: RawAddress, target: RawAddress): void {
  if ((listen.scheme === "udp") === (target.scheme === "udp")) return;
  throw new SampanError("E_USAGE", "udp:// goes with udp:// only: datagrams and streams are not the same bytes");
}

function pick<T extends object, K extends keyof T>(from: T, ...names: K[]): Pick<T, K> {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]])) as Pick<T, K>;
}

const silence: TapEvents = { opened: () => {}, chunk: () => {}, ended: () => {}, closed: () => {} };
