import type { Writable } from "node:stream";
import type { Peer } from "../service/api.js";
import type { Transfer, TransferOptions } from "../service/transfer-event.js";
import { tellErrorsAsEvents } from "./exit.js";
import { abortOnInterrupt } from "./interrupt.js";
import { withPeer } from "./open-remote.js";
import { type TransferFlags, transferOptions } from "./transfer-flags.js";
import { reportTransfer } from "./transfer-report.js";

const connectTimeoutMs = 10_000;

export interface TransferRun {
  readonly direction: "get" | "put";
  readonly link: string;
  readonly flags: TransferFlags;
  /** Where results and events go. */
  readonly results: Writable;
  readonly begin: (peer: Peer, options: TransferOptions) => Transfer;
}

/** Runs a get or put from the first dial to the last line; returns the exit status. */
export async function runTransfer({ direction, link, flags, results, begin }: TransferRun): Promise<number> {
  const json = flags.json ?? false;
  if (json) tellErrorsAsEvents(results);
  const signal = abortOnInterrupt("interrupted; the same command goes on from there");
  const options = transferOptions(flags);
  const report = reportTransfer({
    direction,
    json,
    results,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    dryRun: flags.dryRun ?? false,
    checksum: flags.checksum ?? false,
  });
  try {
    const connectOptions = {
      plain: flags.plain ?? false,
      connectTimeoutMs: Math.min(connectTimeoutMs, flags.timeout ?? connectTimeoutMs),
      signal,
    };
    return await withPeer(link, connectOptions, async (peer) => {
      const transfer = begin(peer, { ...options, signal, onEvent: (event) => report.event(event) });
      return report.finish(await transfer.result);
    });
  } finally {
    report.close();
  }
}
