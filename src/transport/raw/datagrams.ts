import dns from "node:dns/promises";
import { isIP } from "node:net";
import { formatAddress, type InternetAddress } from "./address.js";
import type { RawEndpoint, RawEvents } from "./connection.js";
import { DatagramEndpoint, type DatagramEndpointOptions } from "./datagram-endpoint.js";
import { type DatagramFamily, isMulticast } from "./datagram-options.js";
import { datagramDialError } from "./raw-error.js";

/**
 * A UDP socket that sends to one address. Answers to a broadcast or multicast come from other addresses, so there each
 * of those is a connection of its own, beside the first. E_CONNECT if the name is unknown or there is no route.
 */
export async function dialDatagrams(
  address: InternetAddress,
  events: RawEvents,
  options: DatagramEndpointOptions,
): Promise<RawEndpoint> {
  const where = formatAddress(address);
  const { host, family } = await lookUp(address.host).catch((thrown: unknown) => {
    throw datagramDialError(thrown, where);
  });
  const endpoint = new DatagramEndpoint(address, family, events, options);
  await endpoint.bind(undefined, 0);
  const only = !isMulticast(host) && !options.broadcast;
  try {
    await endpoint.open(host, address.port, only);
  } catch (thrown) {
    await endpoint.close();
    throw datagramDialError(thrown, where);
  }
  if (!only) endpoint.forgetSilent();
  return endpoint;
}

/** A UDP socket that takes datagrams from everybody. E_LISTEN if the address cannot be had. */
export async function listenDatagrams(
  address: InternetAddress,
  events: RawEvents,
  options: DatagramEndpointOptions,
): Promise<RawEndpoint> {
  const { host, family, join } = await whereToBind(address, options);
  const bind = async (as: DatagramFamily) => {
    const bound = { ...address, host: host ?? (as === "udp6" ? "*" : "0.0.0.0"), hostGiven: true };
    const endpoint = new DatagramEndpoint(bound, as, events, { ...options, join });
    await endpoint.bind(host, address.port);
    return endpoint;
  };
  // "*" is both families in one socket, where the machine has IPv6 at all.
  const endpoint = await bind(family).catch((thrown: unknown) => {
    if (host === undefined && family === "udp6" && join.length === 0) return bind("udp4");
    throw thrown;
  });
  endpoint.takePort();
  endpoint.forgetSilent();
  return endpoint;
}

interface Binding {
  readonly host: string | undefined;
  readonly family: DatagramFamily;
  readonly join: readonly string[];
}

async function whereToBind(address: InternetAddress, { join = [] }: DatagramEndpointOptions): Promise<Binding> {
  const [group] = join;
  // What is sent to a group does not reach a socket that is bound to another address, so none is taken by default.
  const anyOf: DatagramFamily = group?.includes(":") || (address.host === "*" && !group) ? "udp6" : "udp4";
  if (address.host === "*" || (group !== undefined && !address.hostGiven))
    return { host: undefined, family: anyOf, join };
  const found = await lookUp(address.host);
  if (!isMulticast(found.host)) return { ...found, join };
  const groups = join.includes(found.host) ? join : [...join, found.host];
  // Windows binds to no group, and IPv6 to none without saying on which interface.
  const any = process.platform === "win32" || found.family === "udp6";
  return { host: any ? undefined : found.host, family: found.family, join: groups };
}

async function lookUp(host: string): Promise<{ readonly host: string; readonly family: DatagramFamily }> {
  const found = isIP(host) > 0 ? { address: host, family: isIP(host) } : await dns.lookup(host);
  return { host: found.address, family: found.family === 6 ? "udp6" : "udp4" };
}
