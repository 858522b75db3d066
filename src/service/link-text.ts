import { SampanError } from "../wire/sampan-error.js";

/*
 * sampan://host:port/path#token.fingerprint
 * sampan+unix://percent-encoded-socket-path/path#token.fingerprint
 *
 * token: what opens the server (base64url); fingerprint: SHA-256 of its certificate (base64url), absent for a server
 * that is only to be reached unsealed. The path is percent-encoded where it must be.
 */

export interface ParsedLink {
  readonly host: string;
  readonly port: number;
  readonly unixPath?: string;
  /** As typed after the host, without its leading slash; a trailing slash is kept. */
  readonly path: string;
  readonly token: string;
  readonly fingerprint?: string;
}

export const defaultPort = 7700;

const form = /^sampan(\+unix)?:\/\/(\[[0-9a-fA-F:.%]+\]|[^/:#[\]]+)(?::(\d{1,5}))?(\/[^#]*)?(?:#(.*))?$/s;
const secretForm = /^([A-Za-z0-9_-]{1,200})(?:\.([A-Za-z0-9_-]{43}))?$/;

/** Reads a link; E_USAGE, without repeating the secret, if it is not one. */
export function parseLink(text: string): ParsedLink {
  const match = form.exec(text.trim());
  if (!match) throw bad("a link looks like sampan://host:port/path#secret");
  const [, unix, host = "", port, path = "", secret = ""] = match;
  const secretMatch = secretForm.exec(secret);
  if (!secretMatch)
    throw bad(secret === "" ? "the link has no secret after a #" : "the link's secret is cut or damaged");
  const [, token = "", fingerprint] = secretMatch;
  const portNumber = port === undefined ? defaultPort : Number(port);
  if (portNumber < 1 || portNumber > 65_535) throw bad("the link's port is not between 1 and 65535");
  const where = unix
    ? { host: "", port: 0, unixPath: decode(host) }
    : { host: host.replace(/^\[|\]$/g, ""), port: portNumber };
  return { ...where, path: decode(path.slice(1)), token, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

export function formatLink(link: ParsedLink): string {
  const path = link.path.split("/").map(encodeURIComponent).join("/");
  const secret = link.fingerprint === undefined ? link.token : `${link.token}.${link.fingerprint}`;
  if (link.unixPath !== undefined) return `sampan+unix://${encodeURIComponent(link.unixPath)}/${path}#${secret}`;
  const host = link.host.includes(":") ? `[${link.host}]` : link.host;
  return `sampan://${host}:${link.port}/${path}#${secret}`;
}

/** Where a link leads, without its secret: fit for messages. */
export function linkPlace(link: ParsedLink): string {
  if (link.unixPath !== undefined) return link.unixPath;
  return `${link.host.includes(":") ? `[${link.host}]` : link.host}:${link.port}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad("the link has a bad percent escape");
  }
}

function bad(why: string): SampanError {
  return new SampanError("E_USAGE", `this is not a link: ${why}`);
}
