import { SampanError } from "../wire/sampan-error.js";
import { defaultPort } from "./link-text.js";

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `host`, `host:port`, `[v6]:port` or a bare IPv6 address; the port is sampan's own unless named. E_USAGE. */
export function parseHostPort(text: string, otherwisePort: number = defaultPort): HostPort {
  const trimmed = text.trim();
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(trimmed);
  if (match === null) {
    if (/^[0-9a-fA-F:.]+(%\w+)?$/.test(trimmed) && trimmed.includes("::"))
      return { host: trimmed, port: otherwisePort };
    throw new SampanError("E_USAGE", `"${text}" is no host; write HOST, HOST:PORT or [IPv6]:PORT`);
  }
  const port = match[3] === undefined ? otherwisePort : Number(match[3]);
  if (port < 1 || port > 65_535) throw new SampanError("E_USAGE", `${match[3]} is no port; use 1 to 65535`);
  return { host: (match[1] ?? match[2]) as string, port };
}
