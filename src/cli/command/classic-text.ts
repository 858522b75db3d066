import { parsePeerAddress } from "../../classic/address.js";
import { decodeWhole } from "../../classic/site.js";
import { askText, type TextProtocol } from "../../classic/text-client.js";
import { askDatagram } from "../../classic/udp-client.js";
import { textEncoding } from "../../service/text-encoding.js";
import { type ClassicFlags, callerFor, defaultTries } from "../classic/caller.js";
import { readLines } from "../classic/line-source.js";
import { writeOut } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { shownText } from "../safe-text.js";

/** How long one datagram waits for its answer. */
export const datagramWaitMs = 1_000;
/** How long the end waits for the server to end as well. */
const closingMs = 1_000;

interface Conversation {
  ask(text: string): Promise<string>;
  close(): Promise<unknown>;
  /** An empty text is a datagram as any other; on a stream it is nothing at all. */
  readonly takesEmpty: boolean;
  readonly signal: AbortSignal;
}

/** sampan classic upper|upper-once|ack|udp-upper|udp-hi ADDR [TEXT…]: each text and its answer. */
export async function classicText(
  protocol: TextProtocol | "udp-upper" | "udp-hi",
  address: string,
  texts: readonly string[],
  flags: ClassicFlags,
): Promise<number> {
  const isDatagram = protocol === "udp-upper" || protocol === "udp-hi";
  const conversation = isDatagram ? await overDatagrams(address, flags) : await overStream(protocol, address, flags);
  const source = texts.length > 0 ? undefined : readLines("==>: ", conversation.signal);
  let count = 0;
  try {
    for await (const text of source ?? texts) {
      if (text === "" && !conversation.takesEmpty) continue;
      const answer = await conversation.ask(text);
      count++;
      await writeOut(
        process.stdout,
        flags.json ? jsonLine({ event: "reply", text: answer }) : `${shownText(answer, process.stdout.isTTY)}\n`,
      );
    }
    if (flags.json) process.stdout.write(jsonLine({ event: "done", replies: count }));
    return 0;
  } finally {
    source?.close();
    await conversation.close();
  }
}

async function overStream(protocol: TextProtocol, address: string, flags: ClassicFlags): Promise<Conversation> {
  const { caller, encoding, signal } = await callerFor(address, flags);
  return {
    ask: (text) => askText(caller, protocol, encoding, text),
    close: () => caller.close(closingMs),
    takesEmpty: false,
    signal,
  };
}

async function overDatagrams(address: string, flags: ClassicFlags): Promise<Conversation> {
  const peer = parsePeerAddress(address, "udp");
  const signal = abortOnInterrupt("interrupted");
  const encoding = await textEncoding(flags.encoding);
  const options = { address: peer, tries: flags.retry ?? defaultTries, waitMs: datagramWaitMs, signal };
  return {
    ask: async (text) => decodeWhole(encoding, await askDatagram(encoding.encode(text), options)),
    close: () => Promise.resolve(),
    takesEmpty: true,
    signal,
  };
}
