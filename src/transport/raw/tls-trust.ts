import type { TLSSocket } from "node:tls";
import { SampanError } from "../../wire/sampan-error.js";
import { certificateFingerprint } from "../dial.js";

/** Which TLS server is the right one. Without any of it: one whose certificate the system's authorities vouch for. */
export interface TlsTrust {
  /** Any certificate will do. */
  readonly insecure?: boolean | undefined;
  /** SHA-256 of the one right certificate, base64url as `readFingerprint` gives it. */
  readonly fingerprint?: string | undefined;
  /** The name that the server is asked for (SNI) and that its certificate must hold, if not the host's. */
  readonly serverName?: string | undefined;
}

/** Reads a SHA-256 fingerprint: 43 characters of base64url, or 64 hex digits with or without colons. E_USAGE. */
export function readFingerprint(text: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  const hex = text.replaceAll(":", "");
  if (/^[0-9a-f]{64}$/i.test(hex)) return Buffer.from(hex, "hex").toString("base64url");
  throw new SampanError("E_USAGE", "a fingerprint is SHA-256: 43 characters of base64url, or 64 hex digits");
}

/** What is wrong with the server at the other end of a TLS connection, if anything. */
export function checkPeer(socket: TLSSocket, where: string, trust: TlsTrust): SampanError | undefined {
  if (trust.insecure) return undefined;
  const raw = socket.getPeerX509Certificate()?.raw;
  const found = raw ? certificateFingerprint(raw) : "none";
  if (trust.fingerprint !== undefined) {
    if (found === trust.fingerprint) return undefined;
    const message = `the certificate of ${where} is another than the fingerprint says; its own is ${found}`;
    return new SampanError("E_CERTIFICATE", message);
  }
  if (socket.authorized) return undefined;
  // Typed as an error, and in fact its code.
  const why = String(socket.authorizationError)
    .toLowerCase()
    .replace(/^err_tls_/, "")
    .replaceAll("_", " ");
  return new SampanError(
    "E_CERTIFICATE",
    `the certificate of ${where} cannot be trusted: ${why}. If you know it, add --fingerprint ${found}; ` +
      "--insecure takes any",
  );
}
