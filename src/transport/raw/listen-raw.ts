import type { RawAddress } from "./address.js";
import type { RawEndpoint, RawEvents } from "./connection.js";
import type { DatagramOptions } from "./datagram-options.js";
import { listenDatagrams } from "./datagrams.js";
import { listenStreams } from "./stream-listener.js";

export interface ListenRawOptions extends DatagramOptions {
  /** PEM; needed for `tls://`. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  /** Connections at once, or addresses that a UDP socket remembers; more are refused, and told. */
  readonly maxConnections?: number | undefined;
}

/** Enough for a classroom, and far below what a process may open. */
export const defaultMaxConnections = 1024;

/** Listens on an address. E_LISTEN if it cannot be had, E_USAGE for options that do not go with it. */
export function listenRaw(
  address: RawAddress,
  events: RawEvents,
  options: ListenRawOptions = {},
): Promise<RawEndpoint> {
  const { maxConnections = defaultMaxConnections } = options;
  if (address.scheme === "udp") return listenDatagrams(address, events, { ...options, maxConnections });
  return listenStreams(address, events, { certificate: options.certificate, maxConnections });
}
