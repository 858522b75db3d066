import { SampanError } from "../../wire/sampan-error.js";
import { listenError, sentenceOf } from "../socket-error.js";

const dialSentences = {
  ECONNREFUSED: "connection refused; nobody listens there",
  ENOENT: "there is no such socket",
};

const listenSentences: Readonly<Record<string, string>> = {
  EADDRINUSE: "the address is in use; choose another port, or 0 for a free one",
  EACCES: "permission denied (ports below 1024 are often kept for root)",
};

const broadcastSentences = { EACCES: "permission denied; to a broadcast address only with --broadcast" };

const datagramSentences = {
  ECONNREFUSED: "nobody listens there (ICMP port unreachable)",
  ...broadcastSentences,
  EMSGSIZE: "the datagram is too large",
};

/** An error while dialling `where`. */
export function rawDialError(thrown: unknown, where: string, own: Readonly<Record<string, string>> = {}): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const why = sentenceOf(thrown, { ...dialSentences, ...own });
  return new SampanError("E_CONNECT", `cannot connect to ${where}: ${why}`, { cause: thrown });
}

/** An error while preparing to send datagrams to `where`. */
export function datagramDialError(thrown: unknown, where: string): SampanError {
  return rawDialError(thrown, where, broadcastSentences);
}

/** An error while starting to listen on `where`. */
export function rawListenError(thrown: unknown, where: string, own = listenSentences): SampanError {
  if (thrown instanceof SampanError) return thrown;
  return listenError(thrown, where, own);
}

/** A datagram that did not get through to `peer`. */
export function datagramError(thrown: unknown, peer: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  return new SampanError(
    "E_CONNECT",
    `a datagram to ${peer} did not get through: ${sentenceOf(thrown, datagramSentences)}`,
    {
      cause: thrown,
    },
  );
}
