import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** What becomes of a datagram on its way: as many copies as are given go on, in their order. */
export type CarryDatagram = (bytes: Buffer) => readonly Buffer[];

/**
 * Stands at the server's port number on another loopback address, and does to datagrams what a test says. One client.
 */
export class UdpProxy {
  carried = 0;
  readonly #near: Socket;
  readonly #far: Socket;
  #client: RemoteInfo | undefined;

  private constructor(port: number, serverHost: string, carry: CarryDatagram) {
    this.#near = createSocket("udp4");
    this.#far = createSocket("udp4");
    this.#near.on("message", (bytes, from) => {
      this.#client = from;
      for (const one of carry(bytes)) this.#far.send(one, port, serverHost);
      this.carried++;
    });
    this.#far.on("message", (bytes) => {
      const { port: to = 0, address = "" } = this.#client ?? {};
      for (const one of carry(bytes)) this.#near.send(one, to, address);
      this.carried++;
    });
  }

  static async open(host: string, port: number, serverHost: string, carry: CarryDatagram): Promise<UdpProxy> {
    const proxy = new UdpProxy(port, serverHost, carry);
    await Promise.all([
      new Promise<void>((resolve) => proxy.#near.bind(port, host, resolve)),
      new Promise<void>((resolve) => proxy.#far.bind(0, serverHost, resolve)),
    ]);
    return proxy;
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }
}

/** A network that loses, doubles and swaps: the same each time, by its seed. */
export function badNetwork(seed: number, lossShare: number): CarryDatagram {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let late: Buffer | undefined;
  return (bytes) => {
    if (random() < lossShare) return [];
    if (random() < 0.02) return [bytes, bytes];
    if (late) {
      const out = [bytes, late];
      late = undefined;
      return out;
    }
    if (random() > 0.02) return [bytes];
    late = bytes;
    return [];
  };
}
