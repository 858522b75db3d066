import { Option } from "commander";
import type { ConnectOptions } from "../service/api.js";
import { udpFailedLine } from "./udp-failed.js";

/** The flags that say how a remote is reached. */
export interface WayFlags {
  readonly plain?: true;
  readonly udp?: true;
}

export function plainFlag(): Option {
  return new Option("--plain", "allow an unsealed connection to another machine").conflicts("udp");
}

export function udpFlag(): Option {
  return new Option("--udp", "go by UDP, which carries more on a long way that loses packets; else by TCP");
}

/** The library's options for these flags; that UDP does not pass is told on standard error. */
export function wayOptions({
  plain = false,
  udp = false,
}: { readonly [flag in keyof WayFlags]?: boolean }): ConnectOptions {
  return { plain, udp, onUdpFailed: (error) => void process.stderr.write(`${udpFailedLine(error)}\n`) };
}
