import { SampanError } from "../wire/sampan-error.js";

const sentences: Record<string, string> = {
  ECONNREFUSED: "connection refused; is `sampan serve` running there?",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was reset",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the name could not be looked up just now",
  EHOSTUNREACH: "no route to that machine",
  ENETUNREACH: "no route to that network",
  ETIMEDOUT: "no answer",
  ENOENT: "there is no such socket",
  EACCES: "permission denied",
  EADDRINUSE: "the port is in use; choose another with --port, or 0 for a free one",
  EADDRNOTAVAIL: "this machine does not have that address",
};

/** What listening fails at where the address is a path; Node takes a missing folder for one that may not be written to. */
export const pathListenSentences: Readonly<Record<string, string>> = {
  EADDRINUSE: "something is there already, a file or a socket in use; choose another path",
  EACCES: "there is no such folder, or permission is denied; make it, or choose another path",
};

/** The system's code (`ECONNREFUSED`) of what was thrown, or of the first of several attempts. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const error = thrown as { code?: unknown; errors?: unknown[] };
  if (typeof error.code === "string") return error.code;
  return Array.isArray(error.errors) ? codeOf(error.errors[0]) : undefined;
}

/** What went wrong, in words; `own` has those that fit better where it is called. */
export function sentenceOf(thrown: unknown, own: Readonly<Record<string, string>> = {}): string {
  const code = codeOf(thrown);
  const known = code && (own[code] ?? sentences[code]);
  if (known) return known;
  if (code?.startsWith("ERR_SSL_"))
    return `the seal (TLS) was broken: ${code.slice("ERR_SSL_".length).toLowerCase().replaceAll("_", " ")}`;
  return thrown instanceof Error && thrown.message ? thrown.message : (code ?? "unknown error");
}

/** An error while dialling `where`. */
export function dialError(thrown: unknown, where: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  return new SampanError("E_CONNECT", `cannot connect to ${where}: ${sentenceOf(thrown)}`, { cause: thrown });
}

/** An error of an open connection. */
export function connectionError(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return thrown;
  return new SampanError("E_CONNECTION_LOST", `the connection was lost: ${sentenceOf(thrown)}`, { cause: thrown });
}

/** An error while starting to listen. */
export function listenError(thrown: unknown, where: string, own: Readonly<Record<string, string>> = {}): SampanError {
  return new SampanError("E_LISTEN", `cannot listen on ${where}: ${sentenceOf(thrown, own)}`, { cause: thrown });
}
