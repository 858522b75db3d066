import { PeerConnection } from "../session/peer-connection.js";
import type { DigestAlgorithm } from "../session/ports.js";
import { loadDigest } from "../store/digest.js";
import { dial } from "../transport/dial.js";
import { isLoopback } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import { SampanError } from "../wire/sampan-error.js";
import { linkPlace, type ParsedLink } from "./link-text.js";
import { agent } from "./version.js";

export interface DialPeerOptions {
  readonly plain: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
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
  const abort = () => socket.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const leftMs = Math.max(1000, options.timeoutMs - (systemClock.nowMs() - startedMs));
    const hello = { clock: systemClock, agent, token: link.token, digests: known, helloTimeoutMs: leftMs };
    return await PeerConnection.open(socket, hello);
  } catch (thrown) {
    if (signal?.aborted) throw new SampanError("E_INTERRUPTED", "interrupted while connecting");
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
