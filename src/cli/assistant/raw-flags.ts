import { configFolder } from "../../service/config-folder.js";
import { type Identity, identityOf, loadIdentity } from "../../service/identity.js";
import type { RawAddress } from "../../transport/raw/address.js";
import type { ConnectRawOptions } from "../../transport/raw/connect-raw.js";
import type { ListenRawOptions } from "../../transport/raw/listen-raw.js";
import { readFingerprint } from "../../transport/raw/tls-trust.js";
import { SampanError } from "../../wire/sampan-error.js";
import { readPemFlags } from "../pem-flags.js";

/** The flags of an address to listen on. */
export interface ListenFlags {
  readonly cert?: string;
  readonly key?: string;
  readonly maxConnections?: number;
  readonly join?: readonly string[];
  readonly interface?: string;
  readonly ttl?: number;
}

/** The flags of an address to connect to. */
export interface ConnectFlags {
  readonly timeout?: number;
  readonly fingerprint?: string;
  readonly serverName?: string;
  readonly insecure?: true;
  readonly broadcast?: true;
  readonly interface?: string;
  readonly ttl?: number;
}

export interface ListenSettings {
  readonly options: ListenRawOptions;
  /** Of the certificate that is shown, if one is. */
  readonly fingerprint: string | undefined;
}

/** What the flags mean for `address`; E_USAGE for those that do not go with it. */
export async function listenSettings(address: RawAddress, flags: ListenFlags): Promise<ListenSettings> {
  refuseOthers(address, "tls", { "--cert": flags.cert, "--key": flags.key });
  refuseOthers(address, "udp", { "--join": flags.join, "--interface": flags.interface, "--ttl": flags.ttl });
  const identity = address.scheme === "tls" ? await identityFrom(flags) : undefined;
  return {
    options: {
      certificate: identity,
      maxConnections: flags.maxConnections,
      join: flags.join,
      interface: flags.interface,
      ttl: flags.ttl,
    },
    fingerprint: identity?.fingerprint,
  };
}

/** What the flags mean for `address`; E_USAGE for those that do not go with it. */
export function connectSettings(address: RawAddress, flags: ConnectFlags): ConnectRawOptions {
  const { fingerprint, serverName, insecure, broadcast, ttl } = flags;
  refuseOthers(address, "tls", {
    "--fingerprint": fingerprint,
    "--server-name": serverName,
    "--insecure": insecure,
  });
  refuseOthers(address, "udp", { "--broadcast": broadcast, "--interface": flags.interface, "--ttl": ttl });
  if (fingerprint !== undefined && insecure) {
    throw new SampanError("E_USAGE", "--fingerprint and --insecure contradict one another");
  }
  return {
    timeoutMs: flags.timeout,
    fingerprint: fingerprint === undefined ? undefined : readFingerprint(fingerprint),
    serverName,
    insecure,
    broadcast,
    interface: flags.interface,
    ttl,
  };
}

function refuseOthers(address: RawAddress, scheme: string, values: Readonly<Record<string, unknown>>): void {
  if (address.scheme === scheme) return;
  const given = Object.keys(values).find((name) => values[name] !== undefined);
  if (given) throw new SampanError("E_USAGE", `${given} goes with ${scheme}:// only`);
}

async function identityFrom(flags: ListenFlags): Promise<Identity> {
  const given = readPemFlags(flags);
  return given ? identityOf(given.cert, given.key) : await loadIdentity(configFolder());
}
