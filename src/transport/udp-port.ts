import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import net from "node:net";
import { SampanError } from "../wire/sampan-error.js";
import { listenError } from "./socket-error.js";

export interface UdpAddress {
  readonly address: string;
  readonly port: number;
}

export interface UdpPortOptions {
  /** The address to bind; "::" takes IPv4, too. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Share the port with other processes that share it, as those do that listen to a group. */
  readonly shared?: boolean;
  onDatagram(bytes: Uint8Array, from: UdpAddress): void;
}

/** Answers that wait for the system to take them; beyond it they are dropped, as any network may. */
const mostUnsentBytes = 1024 * 1024;

/** One UDP socket. Nothing that arrives on it, and nothing that goes wrong on its way, ends the process. */
export class UdpPort {
  readonly host: string;
  readonly port: number;
  readonly #socket: Socket;
  #closed: Promise<void> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    ({ address: this.host, port: this.port } = socket.address());
  }

  /** Binds; E_LISTEN. */
  static open(options: UdpPortOptions): Promise<UdpPort> {
    return new Promise((resolve, reject) => {
      const socket = dgram.createSocket({
        type: net.isIPv6(options.host) ? "udp6" : "udp4",
        reuseAddr: options.shared ?? false,
      });
      const failed = (error: Error): void => {
        socket.close();
        reject(listenError(error, `${options.host}, UDP port ${options.port}`));
      };
      socket.once("error", failed);
      socket.bind({ address: options.host, port: options.port, exclusive: true }, () => {
        socket.off("error", failed);
        // Told when somebody whom we answered has gone: of no use to anybody.
        socket.on("error", () => {});
        socket.on("message", (bytes, { address, port }: RemoteInfo) => options.onDatagram(bytes, { address, port }));
        resolve(new UdpPort(socket));
      });
    });
  }

  send(bytes: Uint8Array, to: UdpAddress): void {
    if (this.#closed || to.port === 0 || this.#socket.getSendQueueSize() > mostUnsentBytes) return;
    this.#socket.send(bytes, to.port, to.address, () => {});
  }

  /** Sends to everybody on a network may need this first. */
  allowBroadcast(): void {
    this.#socket.setBroadcast(true);
  }

  /** Joins a group on the interface that has this address; false where the system will not. */
  join(group: string, interfaceAddress: string): boolean {
    try {
      this.#socket.addMembership(group, interfaceAddress);
      return true;
    } catch {
      return false;
    }
  }

  /** Sends to groups by the interface that has this address. */
  sendGroupsBy(interfaceAddress: string): void {
    try {
      this.#socket.setMulticastInterface(interfaceAddress);
    } catch (cause) {
      throw new SampanError("E_CONNECT", `cannot send to groups by ${interfaceAddress}`, { cause });
    }
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => void this.#socket.close(() => resolve()));
    return this.#closed;
  }
}
