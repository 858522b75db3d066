import { parseAddress } from "../../transport/raw/address.js";
import type { RawEndpoint, RawEvents } from "../../transport/raw/connection.js";
import { listenRaw } from "../../transport/raw/listen-raw.js";
import { type AssistantFlags, wantsAssistant } from "../assistant/flags.js";
import { type PipeFlags, pipe } from "../assistant/pipe-run.js";
import { type ListenFlags, listenSettings } from "../assistant/raw-flags.js";

/** sampan listen ADDR: an assistant on a terminal or with one of its flags; as a pipe, what a client sends goes to standard output, and standard input to the client. */
export async function listen(text: string, flags: ListenFlags & PipeFlags & AssistantFlags): Promise<number> {
  const address = parseAddress(text, "listen");
  const { options, fingerprint } = await listenSettings(address, flags);
  if (wantsAssistant(flags)) {
    const { runAssistant } = await import("../assistant/run.js");
    const listening = (events: RawEvents): Promise<RawEndpoint> => listenRaw(address, events, options);
    return await runAssistant({ role: "listen", flags, fingerprint, idleMs: flags.idle, open: listening });
  }
  const open = async (events: RawEvents): Promise<RawEndpoint> => {
    const endpoint = await listenRaw(address, events, options);
    if (!flags.quiet) process.stderr.write(`${listeningText(endpoint.address, fingerprint)}\n`);
    return endpoint;
  };
  return await pipe("listen", address, flags, open);
}

/** The line that says where it listens: `sampan: listening on tls://127.0.0.1:9000, fingerprint …`. */
export function listeningText(address: string, fingerprint: string | undefined): string {
  return `sampan: listening on ${address}${fingerprint === undefined ? "" : `, fingerprint ${fingerprint}`}`;
}
