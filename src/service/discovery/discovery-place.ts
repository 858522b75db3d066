import os from "node:os";

/*
 * Where servers are asked for. Every server of a machine listens to the group at one port that they share; to that
 * port, and to the one that servers have unless told otherwise, the question is broadcast as well, for networks that
 * drop groups. The group is one of those that stay within an organisation (RFC 2365).
 */

export const discoveryGroup = "239.255.77.0";
export const discoveryPort = 7701;

/** How servers are named in DNS-SD (RFC 6763): `_sampan._tcp`. */
export const serviceType = "sampan";

/** An IPv4 address of this machine with the address that reaches all of its network. */
export interface OwnAddress {
  readonly address: string;
  readonly broadcast: string;
}

export function ownAddresses(): OwnAddress[] {
  const all = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  return all
    .filter(({ family }) => family === "IPv4")
    .map(({ address, netmask }) => ({ address, broadcast: broadcastOf(address, netmask) }));
}

/** The last address of a network. */
export function broadcastOf(address: string, netmask: string): string {
  const mask = netmask.split(".").map(Number);
  return address
    .split(".")
    .map((part, at) => (Number(part) | ~(mask[at] ?? 255)) & 255)
    .join(".");
}
