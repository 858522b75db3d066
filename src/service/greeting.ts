import { PeerConnection, type PeerConnectionOptions } from "../session/peer-connection.js";
import type { Link } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";

/** Says hello on a fresh link, as PeerConnection.open; E_INTERRUPTED when the signal comes, or came already. */
export async function greet(
  link: Link,
  hello: PeerConnectionOptions,
  signal: AbortSignal | undefined,
): Promise<PeerConnection> {
  const abort = () => link.destroy();
  signal?.addEventListener("abort", abort, { once: true });
  // Whoever dialled no longer listens: a signal that came since then would not come again.
  if (signal?.aborted) abort();
  try {
    return await PeerConnection.open(link, hello);
  } catch (thrown) {
    if (signal?.aborted) throw new SampanError("E_INTERRUPTED", "interrupted while connecting");
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
