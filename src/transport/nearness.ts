import net from "node:net";
import os from "node:os";

/** Where an asker is: on this machine, on a network of ours, or anywhere. */
export type Nearness = "self" | "near" | "far";

/** Networks that the Internet does not route (RFC 1918, 3927, 4193, 4291): whoever has such an address is on ours. */
const privateNetworks = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["169.254.0.0", 16],
  ["fc00::", 7],
  ["fe80::", 10],
] as const;

const loopbackNetworks = [
  ["127.0.0.0", 8],
  ["::1", 128],
] as const;

/** A network that this machine is attached to, as `192.0.2.0/24` or with any address of it. */
export interface AttachedNetwork {
  readonly address: string;
  readonly prefixLength: number;
}

/** Tells how near an IP address is to a machine with these networks. What is no address counts as far. */
export function nearnessAmong(attached: readonly AttachedNetwork[]): (address: string) => Nearness {
  const own = new Set(attached.map(({ address }) => unmapped(address)));
  const loopback = networks(loopbackNetworks);
  const near = networks([
    ...privateNetworks,
    ...attached.filter(isBounded).map(({ address, prefixLength }) => [unmapped(address), prefixLength] as const),
  ]);
  return (address) => {
    const plain = unmapped(address);
    const family = familyOf(plain);
    if (family === undefined) return "far";
    if (own.has(plain) || loopback.check(plain, family)) return "self";
    return near.check(plain, family) ? "near" : "far";
  };
}

/** The networks of this machine's interfaces. */
export function attachedNetworks(): AttachedNetwork[] {
  return Object.values(os.networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address, cidr }) => ({
      address,
      prefixLength: Number(cidr?.split("/")[1] ?? (address.includes(":") ? 128 : 32)),
    }));
}

/** `::ffff:192.0.2.1`, as a socket for both families has it, and `fe80::1%eth0`, without what was added. */
export function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}

/** A prefix so short that half the Internet would be a neighbour belongs to a tunnel, not to a network of ours. */
function isBounded({ address, prefixLength }: AttachedNetwork): boolean {
  return prefixLength >= (address.includes(":") ? 32 : 8);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = net.isIP(address);
  return version === 0 ? undefined : version === 4 ? "ipv4" : "ipv6";
}

function networks(list: readonly (readonly [address: string, prefixLength: number])[]): net.BlockList {
  const made = new net.BlockList();
  for (const [address, prefixLength] of list) {
    const family = familyOf(address);
    if (family !== undefined) made.addSubnet(address, prefixLength, family);
  }
  return made;
}
