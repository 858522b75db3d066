import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/*
 * The part of udx-native that is used here; it brings no types of its own. Its packets are told from other datagrams by
 * their first bytes (0xff, 1) and the id of a stream that is open: all others come as `message`.
 */

export interface UdxModule {
  createSocket(): UdxSocket;
  createStream(id: number, options?: { firewall?: UdxFirewall }): UdxStream;
}

/** Asked once, about whoever sends the first packet to a stream that is not connected: true turns it away. */
export type UdxFirewall = (socket: UdxSocket, port: number, host: string, family: number) => boolean;

export interface UdxSocket extends EventEmitter {
  /** Throws with the system's code. */
  bind(port: number, host: string): void;
  address(): { host: string; family: number; port: number };
  send(bytes: Uint8Array, port: number, host: string): Promise<boolean>;
  addMembership(group: string, interfaceAddress: string): void;
  setRecvBufferSize(bytes: number): void;
  setSendBufferSize(bytes: number): void;
  /** Resolves once its last stream is closed as well. */
  close(): Promise<void>;
}

/** It gives what arrives whether or not anybody reads: nothing in it stops the sender. */
export interface UdxStream extends Duplex {
  readonly id: number;
  /** Smoothed, in milliseconds; 0 before the first is known. */
  readonly rtt: number;
  readonly mtu: number;
  readonly bytesTransmitted: number;
  /** Bytes sent and not acknowledged. */
  readonly inflight: number;
  /** Counts up to 65,535, and on from 0. */
  readonly retransmits: number;
  connect(socket: UdxSocket, remoteId: number, port: number, host: string): void;
}

/** Bytes that the system may hold before they are read or sent; it gives less where it allows less. */
const socketBufferBytes = 4 * 1024 * 1024;

let loaded: Promise<UdxModule | undefined> | undefined;

/** The library; undefined on a system that its native part does not know. */
export function loadUdx(): Promise<UdxModule | undefined> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<UdxModule | undefined> {
  try {
    const { default: Udx } = await import("udx-native");
    return new Udx();
  } catch {
    return undefined;
  }
}

/** Binds a socket of the library. Throws what the system says, with its code. */
export function bindUdx(udx: UdxModule, host: string, port: number): UdxSocket {
  const socket = udx.createSocket();
  socket.on("error", () => {});
  socket.bind(port, host);
  // Its defaults lose packets before a busy process comes to read them.
  for (const set of ["setRecvBufferSize", "setSendBufferSize"] as const) {
    try {
      socket[set](socketBufferBytes);
    } catch {
      // Slower, and no worse.
    }
  }
  return socket;
}
