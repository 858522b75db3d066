import type { Socket } from "node:dgram";
import { isIP, isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { rawListenError } from "./raw-error.js";

/** What UDP can do beside sending to one address. */
export interface DatagramOptions {
  /** Allow sending to broadcast addresses (SO_BROADCAST). */
  readonly broadcast?: boolean | undefined;
  /** Multicast groups to join, IPv4 or IPv6: `239.1.2.3`, `ff02::1`. */
  readonly join?: readonly string[] | undefined;
  /** The interface of multicasts both ways, by its name (`eth0`) or one of its addresses. Without it the system chooses. */
  readonly interface?: string | undefined;
  /** How many routers a datagram may pass; for multicasts, too. */
  readonly ttl?: number | undefined;
  /** Whether this machine hears its own multicasts; the system's default is yes. */
  readonly multicastLoopback?: boolean | undefined;
  /** An address that has been silent for so long, both ways, is forgotten. */
  readonly idleMs?: number | undefined;
}

/** What IPv4 carries: 65,535 bytes less 20 of its header and 8 of UDP's. IPv6 counts its own header apart. */
const maxBytes = { udp4: 65_507, udp6: 65_527 } as const;

export type DatagramFamily = keyof typeof maxBytes;

/** The most that one datagram to `host` carries, in bytes. */
export function maxDatagramBytes(host: string): number {
  return host.includes(":") && !host.startsWith("::ffff:") ? maxBytes.udp6 : maxBytes.udp4;
}

/** Asked of the system so that bursts are not lost; it gives what it allows. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** Whether `host` is the address of a multicast group. */
export function isMulticast(host: string): boolean {
  return isIPv4(host) ? /^2(2[4-9]|3\d)\./.test(host) : isIP(host) === 6 && /^ff/i.test(host);
}

/** Sets a bound socket up. E_USAGE for a group or interface that is none, E_LISTEN if the system refuses it. */
export function setUpDatagrams(socket: Socket, family: DatagramFamily, options: DatagramOptions): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // Some systems refuse more than they allow, instead of giving that.
  }
  if (options.broadcast) socket.setBroadcast(true);
  if (options.ttl !== undefined) {
    socket.setTTL(options.ttl);
    socket.setMulticastTTL(options.ttl);
  }
  if (options.multicastLoopback !== undefined) socket.setMulticastLoopback(options.multicastLoopback);
  const face = options.interface === undefined ? undefined : interfaceFor(options.interface, family);
  if (face !== undefined) attempt(`interface ${options.interface}`, () => socket.setMulticastInterface(face));
  for (const group of options.join ?? []) {
    if (!isMulticast(group)) throw new SampanError("E_USAGE", `"${printable(group)}" is not a multicast group`);
    if (isIPv4(group) !== (family === "udp4")) {
      throw new SampanError("E_USAGE", `the group ${group} and the address to listen on are not both IPv4 or IPv6`);
    }
    attempt(`group ${group}`, () => socket.addMembership(group, face));
  }
}

function attempt(what: string, action: () => void): void {
  try {
    action();
  } catch (thrown) {
    throw rawListenError(thrown, what);
  }
}

/** As Node wants it: for IPv4 an address of the interface, for IPv6 `::%name`. */
function interfaceFor(text: string, family: DatagramFamily): string {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).map(({ address, family: kind }) => ({ name, address, kind })),
  );
  const wanted = all.find(({ name, address }) => name === text || address === text);
  if (!wanted) throw new SampanError("E_USAGE", `this machine has no interface "${printable(text)}"`);
  if (family === "udp6") return `::%${wanted.name}`;
  const four = all.find(({ name, address, kind }) => kind === "IPv4" && (address === text || name === wanted.name));
  if (!four) throw new SampanError("E_USAGE", `the interface "${printable(text)}" has no IPv4 address`);
  return four.address;
}
