import { randomBytes } from "node:crypto";
import { UdpPort } from "../../transport/udp-port.js";
import { formatSampanDatagram, nonceBytes, parseSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import { parseServerFactsJson, type ServerFacts } from "../../wire/datagram/server-facts.js";
import { maxFoundServers } from "../../wire/limits.js";
import { EventQueue } from "../event-queue.js";
import { defaultPort } from "../link-text.js";
import { discoveryGroup, discoveryPort, type OwnAddress, ownAddresses } from "./discovery-place.js";
import { browseDnsSd } from "./dns-sd.js";

export interface DiscoverOptions {
  /** How long to look. Default 2,000. */
  readonly forMs?: number;
  /** Ends it sooner, in good order. */
  readonly signal?: AbortSignal;
}

/**
 * A server on this network, as it describes itself: nothing of it is proved until one connects to it and finds the
 * fingerprint. The texts are to be escaped before they are printed. The address from which it answered comes first.
 */
export interface FoundServer extends ServerFacts {
  readonly foundBy: "udp" | "dns-sd";
}

const defaultForMs = 2000;

/** A question may be lost; each of these is asked anew, of everybody. */
const askAtMs = [0, 250, 750, 1500];

/** Looks for servers on this network, and gives each one once, as soon as it is found. */
export async function* discover(options: DiscoverOptions = {}): AsyncGenerator<FoundServer> {
  const { forMs = defaultForMs, signal } = options;
  if (signal?.aborted) return;
  const search = new Search();
  const over = () => search.queue.end();
  const timers = [setTimeout(over, forMs)];
  signal?.addEventListener("abort", over, { once: true });
  try {
    await search.open();
    for (const atMs of askAtMs) if (atMs < forMs) timers.push(setTimeout(() => search.ask(), atMs));
    yield* search.queue;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", over);
    await search.close();
  }
}

class Search {
  readonly queue = new EventQueue<FoundServer>(maxFoundServers);
  readonly #ports: { readonly own: OwnAddress; readonly port: UdpPort }[] = [];
  readonly #nonces = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #browsers: Promise<(() => void) | undefined>[] = [];

  async open(): Promise<void> {
    for (const ownMachineOnly of [false, true]) {
      const found = (facts: ServerFacts) => this.#found(facts, "dns-sd");
      this.#browsers.push(browseDnsSd(ownMachineOnly, found).catch(() => undefined));
    }
    await Promise.all(ownAddresses().map((own) => this.#openPort(own)));
  }

  /** Asks all servers of all networks. */
  ask(): void {
    const nonce = randomBytes(nonceBytes);
    this.#nonces.add(nonce.toString("hex"));
    const question = formatSampanDatagram("who", nonce);
    for (const { own, port } of this.#ports) {
      const everybody = own.address.startsWith("127.") ? [own.address] : ["255.255.255.255"];
      port.send(question, { address: discoveryGroup, port: discoveryPort });
      for (const address of [own.broadcast, ...everybody]) {
        port.send(question, { address, port: discoveryPort });
        port.send(question, { address, port: defaultPort });
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#ports.map(({ port }) => port.close()));
    for (const browser of this.#browsers) (await browser)?.();
  }

  /** A socket for each network: bound to our address on it, so that answers come back on it. */
  async #openPort(own: OwnAddress): Promise<void> {
    try {
      const port = await UdpPort.open({
        host: own.address,
        port: 0,
        onDatagram: (bytes, from) => this.#take(bytes, from.address),
      });
      this.#ports.push({ own, port });
      port.allowBroadcast();
      port.sendGroupsBy(own.address);
    } catch {
      // A network that has gone meanwhile; the others are asked.
    }
  }

  #take(bytes: Uint8Array, address: string): void {
    const answer = parseSampanDatagram(bytes);
    if (answer?.kind !== "here" || answer.body.length < nonceBytes) return;
    const nonce = Buffer.from(answer.body.subarray(0, nonceBytes)).toString("hex");
    if (!this.#nonces.has(nonce)) return;
    try {
      const facts = parseServerFactsJson(answer.body.subarray(nonceBytes));
      const others = facts.addresses.filter((one) => one !== address);
      this.#found({ ...facts, addresses: [address, ...others] }, "udp");
    } catch {
      // Whoever it is, it is none of ours.
    }
  }

  #found(facts: ServerFacts, foundBy: FoundServer["foundBy"]): void {
    if (this.#seen.has(facts.id) || this.#seen.size >= maxFoundServers) return;
    this.#seen.add(facts.id);
    this.queue.push({ ...facts, foundBy });
  }
}
