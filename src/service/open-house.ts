import { loadDigest } from "../store/digest.js";
import { listen } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import type { ServerEvent, ServerLimits } from "./api.js";
import { DatagramService } from "./datagram/datagram-service.js";
import type { Announcement } from "./discovery/announcement.js";
import { House } from "./house.js";
import type { Identity } from "./identity.js";
import type { ParsedLink } from "./link-text.js";
import { PairingDesk } from "./pairing/pairing-desk.js";
import { reachableHost } from "./reachable-host.js";
import type { ServedService } from "./served-service.js";
import type { TokenCheck } from "./token-book.js";
import { udpService } from "./udp/udp-service.js";

/**
 * Why each: a crowd of strangers or peers must not take the memory (a sealed connection costs about 150 KiB, and 500
 * people may meet in a chat room while others move files); a deadline puts out whoever never speaks.
 */
export const defaultServerLimits: ServerLimits = {
  maxStrangers: 512,
  maxPeers: 1000,
  helloTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
  maxRuns: 20,
  maxShells: 16,
};

/** Where a server is, for a link to it. */
export type HousePlace = Omit<ParsedLink, "token">;

export interface OpenHouseOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly unixPath?: string | undefined;
  readonly plain: boolean;
  readonly identity: Identity;
  readonly check: TokenCheck;
  readonly limits?: Partial<ServerLimits> | undefined;
  /** What is served, in a word, for whoever looks around on the network. */
  readonly title: string;
  readonly udp: boolean;
  readonly announced: boolean;
  /** Makes the services; `place` may be called once the house is open. */
  readonly services: (desk: PairingDesk, place: () => HousePlace) => readonly ServedService[];
  readonly tell: (event: ServerEvent) => void;
}

/** A server with its doors open. */
export interface OpenHouse {
  /** The address listened on. */
  readonly listenedHost: string;
  readonly place: HousePlace;
  readonly udpPort: number | undefined;
  readonly announcement: Announcement;
  readonly desk: PairingDesk;
  close(): Promise<void>;
}

/** Opens the TCP and UDP port of a server, with pairing and announcement. E_LISTEN. */
export async function openHouse(options: OpenHouseOptions): Promise<OpenHouse> {
  const { check, identity, tell } = options;
  const { fingerprint } = identity;
  const limits = { ...defaultServerLimits, ...options.limits };
  let showNameplate: (nameplate: number | undefined) => void = () => {};
  const desk = new PairingDesk(systemClock, fingerprint, (nameplate) => showNameplate(nameplate));
  const overUdp = udpService({
    port: () => datagrams.streams,
    enter: (stream, { address, port }) => listener.accept(stream, { host: address, port }),
  });
  const services = [...options.services(desk, () => place), overUdp];
  const digests = await Promise.all([loadDigest("blake3"), loadDigest("sha256")]);
  const house = new House({ limits, check, digests, services, pairingIsOpen: () => desk.isOpen, tell });
  const listener = await listen({
    host: options.host,
    port: options.port,
    unixPath: options.unixPath,
    cert: identity.cert,
    key: identity.key,
    plain: options.plain,
    maxStrangers: limits.maxStrangers,
    strangerTimeoutMs: limits.helloTimeoutMs,
    onCaller: (caller) => house.receive(caller),
    onRefused: (address, error) => house.refused(address, error),
  });
  const { host, port } = listener;
  const place: HousePlace = { host: reachableHost(options.host ?? host), port, path: "", fingerprint };
  const { announced, title, udp } = options;
  const offers = services.flatMap((service) => service.offers ?? []);
  const datagrams = await DatagramService.open({
    folder: title,
    host,
    port,
    udp,
    announced,
    offers,
    fingerprint,
    tell,
  });
  const { announcement, udpPort } = datagrams;
  showNameplate = (nameplate) =>
    announcement.change({ pairing: nameplate !== undefined, nameplate: nameplate?.toString() });
  const close = async (): Promise<void> => {
    await Promise.all([house.close(), listener.close()]);
    // Last: what is said at the end may go by it.
    await datagrams.close();
  };
  return { listenedHost: host, place, udpPort, announcement, desk, close };
}
