import type { RawConnection, RawEndpoint, RawEvents } from "../transport/raw/connection.js";
import type { TapEvents } from "./tap-events.js";
import { type DialTarget, PassedFlow } from "./tap-flow.js";

export interface Tap {
  /** Where clients connect to, with the port that was taken. */
  readonly address: string;
  readonly port: number;
  /** Stops listening and closes all flows at once; fulfilled when all of it is free again. */
  close(): Promise<void>;
}

/** What a tap stands between. */
export interface TapEnds {
  readonly listen: (events: RawEvents) => Promise<RawEndpoint>;
  readonly dial: DialTarget;
  /** How the target is called until a connection to it stands. */
  readonly targetName: string;
}

/**
 * Listens, and connects each client (each source address, over UDP) to the target: bytes pass unchanged both ways, an
 * end as an end, a reset as a reset, and nobody is read faster than the other side takes it.
 */
export async function startTap({ listen, dial, targetName }: TapEnds, events: TapEvents): Promise<Tap> {
  const flows = new Map<RawConnection, PassedFlow>();
  const endpoint = await listen({
    opened: (client) => {
      const flow = new PassedFlow(client, targetName, events);
      flows.set(client, flow);
      flow.start(dial);
    },
    chunk: (client, bytes) => flows.get(client)?.fromClient(bytes),
    ended: (client) => flows.get(client)?.clientEnded(),
    closed: (client, error) => {
      flows.get(client)?.clientClosed(error);
      flows.delete(client);
    },
    ...(events.refused && { refused: (peer, error) => events.refused?.(peer, error) }),
  });
  return {
    address: endpoint.address,
    port: endpoint.port,
    close: async () => {
      const all = [...flows.values()];
      await Promise.all([endpoint.close(), ...all.map((flow) => flow.close())]);
    },
  };
}
