import type { PeerConnection } from "../../session/peer-connection.js";
import { readStreamId, readStreamPort } from "../../session/udp-message.js";
import { StreamDial } from "../../transport/dial-udp.js";
import type { SocketLink } from "../../transport/socket-link.js";
import { SampanError } from "../../wire/sampan-error.js";

/** Where nothing has come back by UDP after so long, nothing will. */
const patienceMs = 3000;

export interface WayByTcp {
  /** The address at which the connection arrived. */
  readonly host: string;
  readonly fingerprint: string;
  readonly signal?: AbortSignal | undefined;
}

/** Goes over to UDP: asks for a stream on a connection, and opens it. E_UNSUPPORTED, E_CONNECT, E_CONNECTION_LOST. */
export async function goOverUdp(
  connection: PeerConnection,
  { host, fingerprint, signal }: WayByTcp,
): Promise<SocketLink> {
  const dial = await StreamDial.prepare();
  if (!dial) throw new SampanError("E_UNSUPPORTED", "this system has no streams over UDP");
  const answer = await connection.call({ kind: "udp", id: dial.id }, () => {}, signal);
  const offered = { id: readStreamId(answer), host, port: readStreamPort(answer) };
  return dial.open(offered, fingerprint, { timeoutMs: patienceMs, signal });
}
