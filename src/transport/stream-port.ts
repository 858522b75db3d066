import { randomInt } from "node:crypto";
import { SampanError } from "../wire/sampan-error.js";
import { unmapped } from "./nearness.js";
import { listenError } from "./socket-error.js";
import type { UdpAddress, UdpPortOptions } from "./udp-port.js";
import { UdpStream } from "./udp-stream.js";
import { bindUdx, loadUdx, type UdxModule, type UdxSocket, type UdxStream } from "./udx.js";

/** Answers that wait for the system to take them; beyond it they are dropped, as any network may. */
const mostUnsentBytes = 1024 * 1024;
/** Streams that are expected and have not begun. */
const mostExpected = 256;

export interface ExpectedStream {
  /** The id that the other end gave its side. */
  readonly remoteId: number;
  /** Where its first packet has to come from. */
  readonly host: string;
  readonly timeoutMs: number;
  /** Called with the stream once its first packet is there. */
  readonly onStream: (stream: UdpStream, from: UdpAddress) => void;
}

/** A UDP socket that takes plain datagrams and, from those who were told of one, streams. */
export class StreamPort {
  readonly host: string;
  readonly port: number;
  readonly #udx: UdxModule;
  readonly #socket: UdxSocket;
  readonly #open = new Map<number, UdxStream>();
  #expected = 0;
  #unsentBytes = 0;
  #closed: Promise<void> | undefined;

  private constructor(udx: UdxModule, socket: UdxSocket) {
    this.#udx = udx;
    this.#socket = socket;
    ({ host: this.host, port: this.port } = socket.address());
  }

  /** Binds; undefined where there are no streams over UDP, else E_LISTEN. */
  static async open(options: UdpPortOptions): Promise<StreamPort | undefined> {
    const { host, port } = options;
    const udx = await loadUdx();
    if (!udx) return undefined;
    try {
      const socket = bindUdx(udx, host, port);
      socket.on("message", (bytes: Uint8Array, from: { host: string; port: number }) =>
        options.onDatagram(bytes, { address: from.host, port: from.port }),
      );
      return new StreamPort(udx, socket);
    } catch (thrown) {
      throw listenError(thrown, `${host}, UDP port ${port}`);
    }
  }

  send(bytes: Uint8Array, to: UdpAddress): void {
    if (this.#closed || to.port === 0 || this.#unsentBytes > mostUnsentBytes) return;
    this.#unsentBytes += bytes.length;
    const sent = (): void => {
      this.#unsentBytes -= bytes.length;
    };
    this.#socket.send(bytes, to.port, unmapped(to.address)).then(sent, sent);
  }

  /** Expects a stream; returns the id that its packets must name. E_BUSY. */
  expect({ remoteId, host, timeoutMs, onStream }: ExpectedStream): number {
    if (this.#closed) throw new SampanError("E_CONNECTION_LOST", "the server is closing");
    if (this.#expected >= mostExpected) throw new SampanError("E_BUSY", "too many streams are being opened");
    const id = this.#freeId();
    let isExpected = true;
    const expectNoMore = (): void => {
      clearTimeout(timer);
      if (isExpected) this.#expected--;
      isExpected = false;
    };
    const stream = this.#udx.createStream(id, {
      firewall: (socket, port, from) => {
        // Another than the one who asked over the sealed connection cannot take the stream from it.
        if (unmapped(from) !== unmapped(host)) return true;
        expectNoMore();
        stream.connect(socket, remoteId, port, from);
        onStream(new UdpStream(stream), { address: from, port });
        return false;
      },
    });
    const timer = setTimeout(() => {
      expectNoMore();
      stream.destroy();
    }, timeoutMs);
    stream.once("close", () => {
      expectNoMore();
      this.#open.delete(id);
    });
    this.#expected++;
    this.#open.set(id, stream);
    return id;
  }

  close(): Promise<void> {
    for (const stream of this.#open.values()) stream.destroy();
    this.#closed ??= this.#socket.close();
    return this.#closed;
  }

  #freeId(): number {
    for (;;) {
      const id = randomInt(1, 2 ** 32);
      if (!this.#open.has(id)) return id;
    }
  }
}
