import type { PeerConnection } from "../session/peer-connection.js";
import type { DigestAlgorithm, Link } from "../session/ports.js";
import { loadDigest } from "../store/digest.js";
import { dial } from "../transport/dial.js";
import { isLoopback } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { greet } from "./greeting.js";
import { linkPlace, type ParsedLink } from "./link-text.js";
import { goOverUdp } from "./udp/go-over.js";
import type { UdpRoute } from "./udp/udp-route.js";
import { agent } from "./version.js";

export interface DialPeerOptions {
  readonly plain: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Go over to UDP, where that passes. */
  readonly udp?: UdpRoute | undefined;
}

let digests: Promise<DigestAlgorithm[]> | undefined;

/** Connects to where a link leads and says hello. */
export async function dialPeer(link: ParsedLink, options: DialPeerOptions): Promise<PeerConnection> {
  const near = link.unixPath !== undefined || isLoopback(link.host);
  const unsealed = options.plain || link.fingerprint === undefined;
  if (unsealed && !options.plain && !near) {
    throw new SampanError(
      "E_PLAIN_REFUSED",
      `the link to ${linkPlace(link)} has no certificate fingerprint, so anybody on the way could read along; ` +
        "allow that with --plain, or ask for a whole link",
    );
  }
  const { signal } = options;
  const startedMs = systemClock.nowMs();
  const target = {
    host: link.host,
    port: link.port,
    unixPath: link.unixPath,
    fingerprint: unsealed ? undefined : link.fingerprint,
  };
  digests ??= Promise.all([loadDigest("blake3"), loadDigest("sha256")]);
  const [socket, known] = await Promise.all([dial(target, { timeoutMs: options.timeoutMs, signal }), digests]);
  const leftMs = () => Math.max(1000, options.timeoutMs - (systemClock.nowMs() - startedMs));
  const sayHello = (way: Link) =>
    greet(way, { clock: systemClock, agent, token: link.token, digests: known, helloTimeoutMs: leftMs() }, signal);
  const connection = await sayHello(socket);
  const { udp } = options;
  if (!udp?.isOpen) return connection;
  try {
    const host = socket.remoteAddress;
    if (host === undefined || target.fingerprint === undefined) {
      throw new SampanError("E_UNSUPPORTED", "streams over UDP need a sealed connection by the network");
    }
    const stream = await goOverUdp(connection, { host, fingerprint: target.fingerprint, signal });
    udp.opened(stream.closed);
    const overUdp = await sayHello(stream);
    connection.channel.end();
    return overUdp;
  } catch (thrown) {
    if (signal?.aborted || connection.closed) throw thrown;
    udp.failed(toSampanError(thrown));
    return connection;
  }
}
