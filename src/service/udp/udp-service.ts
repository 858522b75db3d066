import { readStreamId } from "../../session/udp-message.js";
import type { StreamPort } from "../../transport/stream-port.js";
import type { UdpAddress } from "../../transport/udp-port.js";
import type { UdpStream } from "../../transport/udp-stream.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { ServedService } from "../served-service.js";

/** A caller who does not come by then, over UDP, will not. */
const expectMs = 10_000;

export interface UdpServiceOptions {
  /** Asked once a caller asks; undefined if there are no streams over UDP here. */
  readonly port: () => StreamPort | undefined;
  /** Takes a stream in as if it had called at the TCP port: TLS, hello and all. */
  readonly enter: (stream: UdpStream, from: UdpAddress) => void;
}

/** Lets a peer come over by UDP, where that carries more than TCP does. */
export function udpService({ port, enter }: UdpServiceOptions): ServedService {
  return {
    requests: ({ host }) =>
      new Map([
        [
          "udp",
          {
            right: "read",
            endsConnection: false,
            handle: async ({ header }, { channel }) => {
              const open = port();
              if (!open) throw new SampanError("E_UNSUPPORTED", "this server has no streams over UDP");
              const remoteId = readStreamId(header);
              const id = open.expect({ remoteId, host, timeoutMs: expectMs, onStream: enter });
              channel.send({ kind: "end", id, port: open.port });
            },
          },
        ],
      ]),
    close: async () => {},
  };
}
