import { isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";

/** Where to listen or what to connect to. */
export type RawAddress = InternetAddress | UnixAddress;

export interface InternetAddress {
  readonly scheme: "tcp" | "tls" | "udp";
  /** A name, or an IP address without brackets, perhaps with a zone (`fe80::1%eth0`); "*" is every address. */
  readonly host: string;
  /** Whether the host was written down; if not it is 127.0.0.1. */
  readonly hostGiven: boolean;
  /** 0 to listen on any free port. */
  readonly port: number;
}

export interface UnixAddress {
  readonly scheme: "unix";
  readonly path: string;
}

export const loopbackHost = "127.0.0.1";

/** What fits into a sockaddr_un with its closing NUL; longer paths are silently cut by some systems. */
const maxUnixPathBytes = process.platform === "linux" ? 107 : 103;

/**
 * Reads `tcp://host:port`, `tls://…`, `udp://…`, `unix:/path`, or what is shorter: `host:port` is TCP, `:port` and a
 * port alone are on 127.0.0.1, `*:port` (to listen) is every address of the machine. IPv6 stands in brackets. E_USAGE
 * for anything else; to connect, a port above 0 is needed and `*` is refused.
 */
export function parseAddress(text: string, use: "listen" | "connect" = "listen"): RawAddress {
  const unix = /^unix:(?:\/\/)?(.*)$/is.exec(text);
  if (unix) return unixAddress(unix[1] as string, text);
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*?)\/?$/is.exec(text);
  const scheme = (match?.[1] ?? "tcp").toLowerCase();
  if (scheme !== "tcp" && scheme !== "tls" && scheme !== "udp") {
    throw notAddress(text, `there is no scheme "${printable(scheme)}"; use tcp, tls, udp or unix`);
  }
  const rest = match?.[2] ?? "";
  if (/^[./~]/.test(rest)) throw notAddress(text, `a path is written unix:${printable(rest)}`);
  const { host, port } = splitPort(rest, text);
  if (use === "connect" && port === 0) throw notAddress(text, "nobody listens on port 0");
  if (use === "connect" && host === "*") throw notAddress(text, "* stands for every address, which is for listening");
  return host === ""
    ? { scheme, host: loopbackHost, hostGiven: false, port }
    : { scheme, host: host === "*" ? host : checkHost(host, text), hostGiven: true, port };
}

/** The address as `parseAddress` reads it. */
export function formatAddress(address: RawAddress): string {
  if (address.scheme === "unix") return `unix:${address.path}`;
  return `${address.scheme}://${formatHostPort(address.host, address.port)}`;
}

/** `127.0.0.1:80`, `[::1]:80`; an IPv4 address that came in IPv6 clothes (`::ffff:127.0.0.1`) is shown as IPv4. */
export function formatHostPort(host: string, port: number): string {
  const bare = host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  return `${bare.includes(":") ? `[${bare}]` : bare}:${port}`;
}

function unixAddress(path: string, text: string): UnixAddress {
  if (path === "") throw notAddress(text, "the path is missing, as in unix:/tmp/door");
  if (path.includes("\0")) throw notAddress(text, "a path holds no NUL");
  const bytes = Buffer.byteLength(path);
  if (process.platform !== "win32" && bytes > maxUnixPathBytes) {
    throw notAddress(text, `the path of a Unix socket has at most ${maxUnixPathBytes} bytes, and this has ${bytes}`);
  }
  return { scheme: "unix", path };
}

function splitPort(rest: string, text: string): { readonly host: string; readonly port: number } {
  if (/^\d+$/.test(rest)) return { host: "", port: portOf(rest, text) };
  const match = /^(?:\[([^\]]*)\]|([^[\]]*)):([^:]*)$/s.exec(rest);
  if (!match) throw notAddress(text, "write it as host:port, or [IPv6]:port");
  const [, bracketed, plain = "", port = ""] = match;
  if (bracketed !== undefined && !isIPv6(bracketed)) {
    throw notAddress(text, `"${printable(bracketed)}" is not an IPv6 address`);
  }
  if (bracketed === undefined && plain.includes(":"))
    throw notAddress(text, "an IPv6 address stands in brackets: [::1]:8080");
  return { host: bracketed ?? plain, port: portOf(port, text) };
}

function portOf(digits: string, text: string): number {
  if (digits === "") throw notAddress(text, "the port is missing");
  if (/^\d{1,5}$/.test(digits) && Number(digits) <= 65_535) return Number(digits);
  throw notAddress(text, `"${printable(digits)}" is not a port; use a number from 0 to 65535`);
}

function checkHost(host: string, text: string): string {
  if (isIP(host) > 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(host)) return host;
  const ascii = /[^\u0000-\u007f]/.test(host) ? domainToASCII(host) : "";
  if (ascii === "") throw notAddress(text, `"${printable(host)}" is not a host`);
  return ascii;
}

function notAddress(text: string, why: string): SampanError {
  return new SampanError("E_USAGE", `"${printable(text)}" is not an address: ${why}`);
}
