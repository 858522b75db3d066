import type { Writable } from "node:stream";
import type { Peer } from "../../service/api.js";
import type { Transfer, TransferOptions } from "../../service/files/transfer-event.js";
import type { SampanError } from "../../wire/sampan-error.js";
import { tellErrorsAsEvents } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { withPeer } from "../open-remote.js";
import { type TransferFlags, transferOptions } from "./transfer-flags.js";
import { reportTransfer } from "./transfer-report.js";

const connectTimeoutMs = 10_000;

const streamOutlook = "a stream cannot be taken up where it stopped: the same command starts it anew";

export interface TransferRun {
  readonly direction: "get" | "put";
  readonly flags: TransferFlags;
  /** Where results and events go. */
  readonly results: Writable;
  /** It comes from or goes to a stream, which nobody can take up where it stopped. */
  readonly isStream: boolean;
  readonly begin: (peer: Peer, options: TransferOptions) => Transfer;
}

/** Runs a get or put from the first dial to the last line; returns the exit status. */
export async function runTransfer({ link, ...run }: TransferRun & { readonly link: string }): Promise<number> {
  const { flags, results } = run;
  if (flags.json) tellErrorsAsEvents(results);
  const connectOptions = {
    plain: flags.plain ?? false,
    connectTimeoutMs: Math.min(connectTimeoutMs, flags.timeout ?? connectTimeoutMs),
    signal: abortOnInterrupt(`interrupted; ${run.isStream ? streamOutlook : "the same command goes on from there"}`),
  };
  const report = reportOf(run);
  const udp = flags.udp ? { udp: true, onUdpFailed: (error: SampanError) => report.udpFailed(error) } : {};
  try {
    return await withPeer(link, { ...connectOptions, ...udp }, (peer) =>
      follow(peer, run, report, connectOptions.signal),
    );
  } finally {
    report.close();
  }
}

/** The same with a peer that is connected already; who connected it takes care of interruption. */
export async function runTransferWith(peer: Peer, run: TransferRun, signal: AbortSignal): Promise<number> {
  const report = reportOf(run);
  try {
    return await follow(peer, run, report, signal);
  } finally {
    report.close();
  }
}

type Report = ReturnType<typeof reportTransfer>;

function reportOf({ direction, flags, results }: TransferRun): Report {
  return reportTransfer({
    direction,
    json: flags.json ?? false,
    results,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    dryRun: flags.dryRun ?? false,
    checksum: flags.checksum ?? false,
  });
}

async function follow(peer: Peer, { flags, begin }: TransferRun, report: Report, signal: AbortSignal): Promise<number> {
  const transfer = begin(peer, { ...transferOptions(flags), signal, onEvent: (event) => report.event(event) });
  return report.finish(await transfer.result);
}
