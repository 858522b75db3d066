import type { RawAddress } from "./address.js";
import type { RawEndpoint, RawEvents } from "./connection.js";
import type { DatagramOptions } from "./datagram-options.js";
import { dialDatagrams } from "./datagrams.js";
import { defaultMaxConnections } from "./listen-raw.js";
import { dialStream } from "./stream-dial.js";
import type { TlsTrust } from "./tls-trust.js";

export interface ConnectRawOptions extends DatagramOptions, TlsTrust {
  /** How long to wait for the connection (and the TLS handshake); 10 s if not said. */
  readonly timeoutMs?: number | undefined;
  /** Ends the attempt; no more once it has succeeded. */
  readonly signal?: AbortSignal | undefined;
}

const defaultTimeoutMs = 10_000;

/**
 * Connects to an address; `opened` has been called when this is fulfilled. E_CONNECT if nobody answers, E_CERTIFICATE
 * if the wrong one does, E_INTERRUPTED by the signal.
 */
export function connectRaw(
  address: RawAddress,
  events: RawEvents,
  options: ConnectRawOptions = {},
): Promise<RawEndpoint> {
  if (address.scheme === "udp") {
    return dialDatagrams(address, events, { ...options, maxConnections: defaultMaxConnections });
  }
  return dialStream(address, events, { ...options, timeoutMs: options.timeoutMs ?? defaultTimeoutMs });
}
