import type { EventEmitter } from "node:events";
import type { Bonjour, Service, ServiceConfig } from "bonjour-service";
import { systemClock } from "../../transport/system-clock.js";
import { parseServerFacts, type ServerFacts } from "../../wire/datagram/server-facts.js";
import { maxDatagramAnswerBytes } from "../../wire/limits.js";
import { AddressRates } from "../datagram/address-rates.js";
import type { Announcement } from "./announcement.js";
import { serviceType } from "./discovery-place.js";

/** Questions that are answered, to a group that hears every answer. */
const answerRates = { perSecond: 20, allPerSecond: 50, burst: 50, mostAddresses: 1000 };

/** Bytes of one text of a TXT record, its name and all. */
const maxTextBytes = 255;

/** How long a goodbye may take. */
const goodbyeMs = 500;

/** Tells others of this server by DNS-SD until it is closed. */
export class DnsSdAnnouncer {
  readonly #bonjour: Bonjour;
  readonly #announcement: Announcement;
  readonly #stopListening: () => void;
  #service: Service;
  /** The renewals, one after another. */
  #renewed: Promise<void> = Promise.resolve();

  private constructor(bonjour: Bonjour, announcement: Announcement) {
    this.#bonjour = bonjour;
    this.#announcement = announcement;
    this.#service = bonjour.publish(serviceOf(announcement.facts));
    this.#stopListening = announcement.onChange(() => this.#announceAnew());
  }

  static async open(announcement: Announcement): Promise<DnsSdAnnouncer> {
    return new DnsSdAnnouncer(await openBonjour(announcement.isOwnMachineOnly), announcement);
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#renewed;
    await this.#silenced((done) => this.#bonjour.unpublishAll(done));
    await new Promise<void>((resolve) => this.#bonjour.destroy(() => resolve()));
  }

  #announceAnew(): void {
    this.#renewed = this.#renewAfter(this.#renewed);
  }

  async #renewAfter(before: Promise<void>): Promise<void> {
    await before;
    await this.#silenced((done) => this.#service.stop?.(done));
    this.#service = this.#bonjour.publish(serviceOf(this.#announcement.facts));
  }

  /** Waits for a goodbye, but not for long: where there is no network, it is never said. */
  #silenced(say: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, goodbyeMs);
      say(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Looks for servers by DNS-SD until the function that it returns is called. */
export async function browseDnsSd(ownMachineOnly: boolean, found: (facts: ServerFacts) => void): Promise<() => void> {
  const bonjour = await openBonjour(ownMachineOnly);
  const browser = bonjour.find({ type: serviceType }, (service) => {
    const facts = factsOf(service);
    if (facts) found(facts);
  });
  return () => {
    browser.stop();
    bonjour.destroy();
  };
}

async function openBonjour(ownMachineOnly: boolean): Promise<Bonjour> {
  // The package is CommonJS: only its default export is the same in a bundle and outside of one.
  const { Bonjour: Opened } = (await import("bonjour-service")).default;
  // The options go to multicast-dns; on a socket bound to an interface's own address no group arrives.
  const loopback = { interface: "127.0.0.1", bind: "0.0.0.0" };
  const opened = new Opened(ownMachineOnly ? (loopback as Partial<ServiceConfig>) : {}, () => {});
  guard((opened as unknown as { server: { mdns: EventEmitter } }).server.mdns);
  return opened;
}

/**
 * What comes from the network is handled by code that trusts it: an error in there must not end the process, and a
 * flood of questions must not become one of answers.
 */
function guard(mdns: EventEmitter): void {
  const rates = new AddressRates(answerRates, systemClock.nowMs());
  const emit = mdns.emit.bind(mdns);
  mdns.on("error", () => {});
  mdns.emit = (name: string, ...args: unknown[]): boolean => {
    const [, from] = args as [unknown, { address?: string } | undefined];
    if (name === "query" && !rates.admits(from?.address ?? "", systemClock.nowMs())) return false;
    try {
      return emit(name, ...args);
    } catch {
      return false;
    }
  };
}

function serviceOf(facts: ServerFacts): ServiceConfig {
  const { name, folder, port, id } = facts;
  const label = `${cutBytes(`${folder} on ${name}`, 44)} (${port}, ${id.slice(0, 4)})`;
  return {
    // A dot would part the name in two.
    name: label.replaceAll(".", "-"),
    type: serviceType,
    port,
    host: `${name.split(".")[0]}.local`,
    probe: false,
    txt: textsOf(facts),
  };
}

function textsOf({
  id,
  name,
  folder,
  addresses,
  udpPort,
  offers,
  version,
  fingerprint,
  pairing,
  nameplate,
}: ServerFacts) {
  const texts = {
    id,
    name,
    folder,
    // The address records are those of the whole machine, whatever the server listens on.
    addresses: addresses.slice(0, 5).join(","),
    offers: offers.join(","),
    version,
    fingerprint,
    pairing: pairing ? "1" : "0",
    ...(udpPort === undefined ? {} : { udp: String(udpPort) }),
    ...(nameplate === undefined ? {} : { nameplate }),
  };
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, cutBytes(text, maxTextBytes - key.length - 1)]),
  );
}

/** What a stranger's record says, or undefined if that is not what one of our servers would say. */
function factsOf({ txt, port, referer }: Service): ServerFacts | undefined {
  const texts = Object.assign(Object.create(null), txt) as Record<string, unknown>;
  if (JSON.stringify(texts).length > maxDatagramAnswerBytes) return undefined;
  const claimed = listOf(texts.addresses);
  try {
    return parseServerFacts({
      ...texts,
      port,
      addresses: [...new Set([...(referer ? [referer.address] : []), ...claimed])].slice(0, 8),
      offers: listOf(texts.offers),
      pairing: texts.pairing === "1",
      ...(texts.udp === undefined ? {} : { udpPort: Number(texts.udp) }),
    });
  } catch {
    return undefined;
  }
}

function listOf(text: unknown): string[] {
  return typeof text === "string" ? text.split(",").filter((one) => one !== "") : [];
}

/** A text cut to so many bytes of UTF-8, never within a character. */
function cutBytes(text: string, most: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > most) cut = cut.slice(0, -1).replace(/[\ud800-\udbff]$/, "");
  return cut;
}
