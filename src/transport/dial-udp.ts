import { randomInt } from "node:crypto";
import net from "node:net";
import { SampanError } from "../wire/sampan-error.js";
import { type DialOptions, dial } from "./dial.js";
import type { SocketLink } from "./socket-link.js";
import { UdpStream } from "./udp-stream.js";
import { bindUdx, loadUdx, type UdxModule, type UdxSocket } from "./udx.js";

/** What the other end said of the stream that it expects. */
export interface OfferedStream {
  readonly id: number;
  /** The address that was connected to, and the UDP port there. */
  readonly host: string;
  readonly port: number;
}

/** This end of a stream over UDP that is still to be opened. */
export class StreamDial {
  /** To be told to the other end before it is dialled. */
  readonly id = randomInt(1, 2 ** 32);
  readonly #udx: UdxModule;

  private constructor(udx: UdxModule) {
    this.#udx = udx;
  }

  /** undefined where there are no streams over UDP. */
  static async prepare(): Promise<StreamDial | undefined> {
    const udx = await loadUdx();
    return udx && new StreamDial(udx);
  }

  /** Opens the stream, with TLS upon it, to the certificate with the fingerprint. E_CONNECT where nothing comes back. */
  async open(offered: OfferedStream, fingerprint: string, options: DialOptions): Promise<SocketLink> {
    const { host, port } = offered;
    const socket = this.#bind(host);
    const stream = this.#udx.createStream(this.id);
    // Both close with what lies upon them.
    stream.once("close", () => void socket.close().catch(() => {}));
    stream.connect(socket, offered.id, port, host);
    return dial({ host, port, fingerprint, over: new UdpStream(stream) }, options);
  }

  #bind(host: string): UdxSocket {
    try {
      return bindUdx(this.#udx, net.isIPv6(host) ? "::" : "0.0.0.0", 0);
    } catch (cause) {
      throw new SampanError("E_CONNECT", "cannot open a UDP socket", { cause });
    }
  }
}
