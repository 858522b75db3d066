import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Scene } from "./scene.js";

/** What becomes of a chunk on its way. */
export type Carry = (chunk: Buffer) => Buffer;

export interface Carried {
  /** In the order of arrival, from 1. */
  readonly number: number;
  toServer: Carry;
  toClient: Carry;
  /** Breaks the connection off at both sides. */
  cut(): void;
}

/** Stands between a client and a server on loopback, and does to the bytes what a test says. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  private constructor(serverPort: number, arrived: (connection: Carried) => void) {
    this.#server = createServer((near) => {
      const far = connect(serverPort, "127.0.0.1");
      const cut = () => {
        breakOff(near);
        breakOff(far);
      };
      const asIs: Carry = (chunk) => chunk;
      const connection: Carried = { number: ++this.connections, toServer: asIs, toClient: asIs, cut };
      arrived(connection);
      this.#carry(near, far, (chunk) => connection.toServer(chunk));
      this.#carry(far, near, (chunk) => connection.toClient(chunk));
    });
  }

  static async open(
    scene: Pick<Scene, "after">,
    serverPort: number,
    arrived: (connection: Carried) => void,
  ): Promise<TcpProxy> {
    const proxy = new TcpProxy(serverPort, arrived);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    scene.after(() => proxy.#close());
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #carry(from: Socket, to: Socket, carry: Carry): void {
    this.#sockets.add(from);
    from.on("data", (chunk) => {
      const out = carry(chunk);
      if (out.length > 0 && !to.destroyed && !to.write(out)) from.pause();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => to.end());
    from.on("error", () => breakOff(to));
    // Where one side is closed altogether, a network lets the other know at its next byte.
    from.on("close", () => {
      this.#sockets.delete(from);
      if (to.writableLength === 0) to.destroy();
      else to.end(() => to.destroy());
    });
  }

  #close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** By a reset, as a lost machine's would be; Node never closes a socket that is reset while it is being ended. */
function breakOff(socket: Socket): void {
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

interface DataHeader {
  readonly kind: string;
  readonly size?: number;
  readonly parts?: readonly (readonly [id: number, index: number, length: number])[];
}

/**
 * Flips one bit in the body of each plain `data` message that `chooses` says, by the numbers of its first block:
 * the message form of docs/protocol.md, cut by hand so that the test does not lean on what it tests.
 */
export function bitFlip(chooses: (index: number, length: number) => boolean): Carry {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    let at = 0;
    while (held.length - at >= 4) {
      const bodyAt = at + 4 + held.readUInt32BE(at);
      if (held.length < bodyAt) break;
      const header = JSON.parse(held.toString("utf8", at + 4, bodyAt)) as DataHeader;
      const end = bodyAt + (header.size ?? 0);
      if (held.length < end) break;
      const [, index = -1, length = 0] = header.parts?.[0] ?? [];
      if (header.kind === "data" && end > bodyAt && chooses(index, length)) {
        const place = bodyAt + ((end - bodyAt) >> 1);
        held.writeUInt8(held.readUInt8(place) ^ 0b100, place);
      }
      at = end;
    }
    const out = held.subarray(0, at);
    held = held.subarray(at);
    return out;
  };
}
