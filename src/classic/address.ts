import net from "node:net";
import { SampanError } from "../wire/sampan-error.js";

/** Where a program of the tutorials listens. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  /** As it is shown: `127.0.0.1:8080`, `[::1]:8080`. */
  readonly text: string;
}

/** Reads `host:port`, `[::1]:port`, or the same after `tcp://` or `udp://`, which must be `scheme`; E_USAGE otherwise. */
export function parsePeerAddress(text: string, scheme: "tcp" | "udp"): PeerAddress {
  const [, given, bracketed, plain, digits = ""] =
    /^(?:([a-z]+):\/\/)?(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})\/?$/i.exec(text.trim()) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = Number(digits);
  if (host === "" || port < 1 || port > 65_535 || (bracketed !== undefined && !net.isIPv6(bracketed)))
    throw new SampanError("E_USAGE", `"${text}" is not an address; write host:port, as 127.0.0.1:8080 or [::1]:8080`);
  if (given !== undefined && given.toLowerCase() !== scheme)
    throw new SampanError("E_USAGE", `this protocol goes over ${scheme}; write ${scheme}://${hostPort(host, port)}`);
  return { host, port, text: hostPort(host, port) };
}

export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
