import { errorOf } from "../../session/error-message.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { loadDigest } from "../../store/digest.js";
import { dialUnknown } from "../../transport/dial.js";
import { systemClock } from "../../transport/system-clock.js";
import { readOptionalString, readString } from "../../wire/field.js";
import type { Header } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { greet } from "../greeting.js";
import { formatLink, parseLink } from "../link-text.js";
import { agent } from "../version.js";
import { clientExchange, maxExchangeLength } from "./opaque.js";
import { parsePairCode } from "./pair-code.js";
import { codeError } from "./pairing-desk.js";

const timeoutMs = 10_000;

export interface PairWithOptions {
  readonly host: string;
  readonly port: number;
  /** As typed. */
  readonly code: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Paired {
  /** The link that the server gives for the code, leading to where it was reached. */
  readonly link: string;
  /** What the server calls itself; the peer's text. */
  readonly name: string;
}

/** Gets a server's link for a pairing code. E_CODE, E_RIGHTS when no code is open there, E_BUSY, E_CONNECT, E_USAGE. */
export async function pairWith({ host, port, code, signal }: PairWithOptions): Promise<Paired> {
  const { text } = parsePairCode(code);
  const { link: socket, fingerprint } = await dialUnknown({ host, port }, { timeoutMs, signal });
  const digests = [await loadDigest("sha256")];
  const hello = { clock: systemClock, agent, token: "", digests, helloTimeoutMs: timeoutMs };
  const connection = await greet(socket, hello, signal).catch((thrown) => {
    throw thrown instanceof SampanError && thrown.code === "E_TOKEN" ? notOpen() : thrown;
  });
  try {
    const exchange = await clientExchange(text, fingerprint);
    const header = await exchanged(connection, exchange.request, (response) => exchange.finish(response), signal);
    const link = parseLink(readString(header, "link", 4096));
    // The server cannot know by which of its addresses it is reached from here.
    if (link.fingerprint !== fingerprint) throw new SampanError("E_CERTIFICATE", "the link is for another server");
    return { link: formatLink({ ...link, host, port }), name: readOptionalString(header, "name", 200) ?? "" };
  } finally {
    connection.channel.end();
  }
}

/** The whole exchange; resolves to the last message of the server. */
function exchanged(
  connection: PeerConnection,
  request: string,
  finish: (response: string) => string | undefined,
  signal: AbortSignal | undefined,
): Promise<Header> {
  return new Promise((resolve, reject) => {
    const abort = (): void => connection.channel.destroy(new SampanError("E_INTERRUPTED", "interrupted"));
    signal?.addEventListener("abort", abort, { once: true });
    const settle = (end: () => void): void => {
      signal?.removeEventListener("abort", abort);
      end();
    };
    connection.enter({
      onClose: (error) => settle(() => reject(error)),
      onMessage: ({ header }) => {
        if (header.kind === "error") return settle(() => reject(errorOf(header)));
        if (header.kind === "end") return settle(() => resolve(header));
        if (header.kind !== "pair-answer") throw new SampanError("E_PROTOCOL", "this does not belong into a pairing");
        const proof = finish(readString(header, "response", maxExchangeLength));
        if (proof === undefined) settle(() => reject(codeError()));
        else connection.channel.send({ kind: "pair-proof", proof });
      },
    });
    if (signal?.aborted) return abort();
    connection.channel.send({ kind: "pair", request });
  });
}

function notOpen(): SampanError {
  return new SampanError("E_RIGHTS", "that server is not open for pairing: run `sampan pair` there, and try again");
}
