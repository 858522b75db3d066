import { receive as find, type ReceivedFiles } from "../../service/handover/receive.js";
import { parseHostPort } from "../../service/host-port.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { tellErrorsAsEvents } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { readSecret } from "../link-source.js";
import { parseLocalPlace } from "../place.js";
import type { TransferFlags } from "../transfer/transfer-flags.js";
import { runTransferWith, type TransferRun } from "../transfer/transfer-run.js";

export interface ReceiveFlags extends TransferFlags {
  readonly host?: string;
  readonly for?: number;
}

/** sampan receive [CODE] [DESTINATION]: fetches what somebody hands over. */
export async function receive(
  typedCode: string | undefined,
  destination: string | undefined,
  flags: ReceiveFlags,
): Promise<number> {
  const toOutput = destination === "-";
  const results = toOutput ? process.stderr : process.stdout;
  if (flags.json) tellErrorsAsEvents(results);
  const code = typedCode ?? (await readSecret("Code: ", process.env.SAMPAN_CODE, "code"));
  const outlook = toOutput ? "starts it anew" : "goes on from there";
  const signal = abortOnInterrupt(`interrupted; while it is still waiting there, the same command ${outlook}`);
  if (!flags.json && !flags.quiet && process.stderr.isTTY) process.stderr.write("Looking for the sender …\n");
  const received = await find(code, {
    ...(flags.host === undefined ? {} : { place: parseHostPort(flags.host) }),
    ...(flags.for === undefined ? {} : { forMs: flags.for }),
    signal,
  });
  if ("text" in received) {
    tellText(received.text, flags);
    return 0;
  }
  try {
    return await fetch(received, destination ?? ".", flags, signal);
  } finally {
    await received.peer.close();
  }
}

/** On a terminal the text of somebody else is shown, not obeyed; a pipe gets it as it is. */
function tellText(text: string, flags: ReceiveFlags): void {
  if (flags.json) process.stdout.write(jsonLine({ event: "text", text }));
  else if (process.stdout.isTTY) {
    const lines = text.split("\n").map((line) => printable(line, Number.MAX_SAFE_INTEGER));
    process.stdout.write(`${lines.join("\n")}\n`);
  } else process.stdout.write(text);
}

function fetch(
  { names, peer }: ReceivedFiles,
  destination: string,
  flags: ReceiveFlags,
  signal: AbortSignal,
): Promise<number> {
  const toOutput = destination === "-";
  if (names.length === 0) throw new SampanError("E_NOT_FOUND", "nothing is handed over");
  if (toOutput && names.length !== 1) throw new SampanError("E_USAGE", "only one file can go to standard output");
  const to = toOutput ? process.stdout : parseLocalPlace(destination, "the destination of receive");
  const results = toOutput ? process.stderr : process.stdout;
  const begin: TransferRun["begin"] = (from, options) => from.files.get(names, to, options);
  return runTransferWith(peer, { direction: "get", flags, results, isStream: toOutput, begin }, signal);
}
