import { randomBytes } from "node:crypto";
import os from "node:os";
import { nearnessAmong } from "../../transport/nearness.js";
import { fitName, type ServerFacts } from "../../wire/datagram/server-facts.js";
import { version } from "../version.js";

/** What may change while a server runs. */
export interface AnnouncedChange {
  readonly offers?: readonly string[];
  readonly pairing?: boolean;
  readonly nameplate?: string | undefined;
}

export interface AnnouncementOptions extends AnnouncedChange {
  readonly folder: string;
  /** The address that the server listens on; "::" or "0.0.0.0" are all. */
  readonly host: string;
  readonly port: number;
  readonly udpPort?: number | undefined;
  readonly fingerprint: string;
}

/** What a server tells of itself on its network, as it is just now; see `announce`. */
export class Announcement {
  /** The address that the server listens on. */
  readonly host: string;
  readonly #id = randomBytes(8).toString("hex");
  readonly #fixed: Pick<ServerFacts, "name" | "folder" | "port" | "udpPort" | "fingerprint" | "version">;
  readonly #listeners = new Set<() => void>();
  #change: AnnouncedChange;

  constructor({ folder, host, port, udpPort, fingerprint, offers, pairing, nameplate }: AnnouncementOptions) {
    this.host = host;
    this.#fixed = {
      name: fitName(os.hostname()),
      folder: fitName(folder),
      port,
      ...(udpPort === undefined ? {} : { udpPort }),
      fingerprint,
      version,
    };
    this.#change = { offers: offers ?? [], pairing: pairing ?? false, nameplate };
  }

  get facts(): ServerFacts {
    const { offers = [], pairing = false, nameplate } = this.#change;
    return {
      id: this.#id,
      ...this.#fixed,
      addresses: servedAddresses(this.host),
      offers,
      pairing,
      ...(nameplate === undefined ? {} : { nameplate }),
    };
  }

  /** Whether the server can be reached from its own machine only. */
  get isOwnMachineOnly(): boolean {
    return this.host === "localhost" || nearnessAmong([])(this.host) === "self";
  }

  /** Says something else from now on; what is not named stays as it is. */
  change(change: AnnouncedChange): void {
    this.#change = { ...this.#change, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change, until the function that it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The addresses at which others reach a server that listens on `host`; IPv4 first. */
function servedAddresses(host: string): string[] {
  if (host !== "::" && host !== "0.0.0.0") return [host === "localhost" ? "127.0.0.1" : host];
  const all = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  // A link-local address says nothing without the name of an interface at the other end.
  const outer = all.filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address));
  const fit = outer.filter(({ family }) => family === "IPv4" || host === "::");
  return fit.sort((a, b) => (a.family < b.family ? -1 : a.family > b.family ? 1 : 0)).map(({ address }) => address);
}
