import { parsePeerAddress } from "../../classic/address.js";
import { decodeWhole } from "../../classic/site.js";
import { askDatagram } from "../../classic/udp-client.js";
import { textEncoding } from "../../service/text-encoding.js";
import { type ClassicFlags, defaultTries } from "../classic/caller.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { shownText } from "../safe-text.js";
import { datagramWaitMs } from "./classic-text.js";

/** sampan classic udp-time ADDR [FORMAT]: the time there. */
export async function classicTime(address: string, format: string | undefined, flags: ClassicFlags): Promise<number> {
  const peer = parsePeerAddress(address, "udp");
  const encoding = await textEncoding(flags.encoding);
  const signal = abortOnInterrupt("interrupted");
  const options = { address: peer, tries: flags.retry ?? defaultTries, waitMs: datagramWaitMs, signal };
  const text = decodeWhole(encoding, await askDatagram(encoding.encode(format ?? ""), options));
  if (flags.json) process.stdout.write(jsonLine({ event: "reply", text }) + jsonLine({ event: "done", replies: 1 }));
  else process.stdout.write(`${shownText(text, process.stdout.isTTY)}\n`);
  return 0;
}
