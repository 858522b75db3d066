import { parseAddress } from "../../transport/raw/address.js";
import { connectRaw } from "../../transport/raw/connect-raw.js";
import type { RawEndpoint, RawEvents } from "../../transport/raw/connection.js";
import { type AssistantFlags, wantsAssistant } from "../assistant/flags.js";
import { type PipeFlags, pipe } from "../assistant/pipe-run.js";
import { type ConnectFlags, connectSettings } from "../assistant/raw-flags.js";

/** sampan connect ADDR: an assistant on a terminal or with one of its flags; as a pipe, standard input goes to the peer, and what it sends to standard output. */
export async function connect(text: string, flags: ConnectFlags & PipeFlags & AssistantFlags): Promise<number> {
  const address = parseAddress(text, "connect");
  const options = connectSettings(address, flags);
  const open = (events: RawEvents, signal: AbortSignal): Promise<RawEndpoint> =>
    connectRaw(address, events, { ...options, signal });
  if (wantsAssistant(flags)) {
    const { runAssistant } = await import("../assistant/run.js");
    return await runAssistant({ role: "connect", flags, idleMs: flags.idle, open });
  }
  return await pipe("connect", address, flags, open);
}
