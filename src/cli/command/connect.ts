import { parseAddress } from "../../transport/raw/address.js";
import { connectRaw } from "../../transport/raw/connect-raw.js";
import { type PipeFlags, pipe } from "../pipe-run.js";
import { type ConnectFlags, connectSettings } from "../raw-flags.js";

/** sampan connect ADDR: as a pipe, standard input goes to the peer, and what it sends to standard output. */
export async function connect(text: string, flags: ConnectFlags & PipeFlags): Promise<number> {
  const address = parseAddress(text, "connect");
  const options = connectSettings(address, flags);
  return await pipe("connect", address, flags, (events, signal) => connectRaw(address, events, { ...options, signal }));
}
