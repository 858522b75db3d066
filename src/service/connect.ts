import type { ConnectOptions, Peer } from "./api.js";
import { parseLink } from "./link-text.js";
import { RemotePeer } from "./remote-peer.js";

/** Connects to the server that a link leads to. E_USAGE, E_CONNECT, E_CERTIFICATE, E_TOKEN, E_PLAIN_REFUSED. */
export function connect(link: string, options: ConnectOptions = {}): Promise<Peer> {
  return RemotePeer.open(parseLink(link), options);
}
