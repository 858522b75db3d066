import fs from "node:fs";
import os from "node:os";
import type { Right } from "../session/hello.js";
import type { Conversation } from "../session/served-connection.js";
import { ServedConnection } from "../session/served-connection.js";
import { loadDigest } from "../store/digest.js";
import { FolderStore } from "../store/folder-store.js";
import { removeStaleParts } from "../store/stale-parts.js";
import { type Caller, listen } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ServeOptions, Server, ServerEvent, ServerLimits } from "./api.js";
import { configFolder as defaultConfigFolder } from "./config-folder.js";
import { fileRequests } from "./file-requests.js";
import { fileTransfers } from "./file-transfers.js";
import { GuessBrake } from "./guess-brake.js";
import { identityOf, loadIdentity } from "./identity.js";
import { defaultPort, formatLink } from "./link-text.js";
import { loadTokens, TokenCheck } from "./token-book.js";
import { agent } from "./version.js";

/** Why each: a crowd of strangers or peers must not take the memory; a deadline puts out whoever never speaks. */
export const defaultServerLimits: ServerLimits = {
  maxStrangers: 512,
  maxPeers: 256,
  helloTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
};

/** Parts that nobody has come back for are removed when the server starts. */
const stalePartMs = 14 * 86_400_000;

/** Serves a folder. E_LISTEN, E_NOT_FOUND, E_NOT_A_FOLDER. */
export async function serve(options: ServeOptions): Promise<Server> {
  const folder = realFolder(options.folder);
  const configFolder = options.configFolder ?? defaultConfigFolder();
  const { certificate } = options;
  const identity = certificate ? identityOf(certificate.cert, certificate.key) : await loadIdentity(configFolder);
  const tokens = loadTokens(configFolder, folder);
  const check = new TokenCheck();
  check.allow(tokens.read, ["read"]);
  if (!options.readOnly) check.allow(tokens.write, ["read", "write"]);
  if (!options.readOnly) removeStaleParts(folder, stalePartMs);

  const house = new House(options, folder, check, await loadDigests());
  const listener = await listen({
    host: options.host,
    port: options.port ?? defaultPort,
    unixPath: options.unixPath,
    cert: identity.cert,
    key: identity.key,
    plain: options.plain ?? false,
    maxStrangers: house.limits.maxStrangers,
    strangerTimeoutMs: house.limits.helloTimeoutMs,
    onCaller: (caller) => house.receive(caller),
    onRefused: (address, error) => house.refused(address, error),
  });
  const { fingerprint } = identity;
  const place = { host: reachableHost(options.host ?? listener.host), port: listener.port, path: "", fingerprint };
  return {
    host: place.host,
    port: listener.port,
    fingerprint,
    link: options.readOnly ? undefined : formatLink({ ...place, token: tokens.write }),
    readLink: formatLink({ ...place, token: tokens.read }),
    unixLink:
      options.unixPath &&
      formatLink({ ...place, unixPath: options.unixPath, token: options.readOnly ? tokens.read : tokens.write }),
    close: async () => {
      house.close();
      await listener.close();
    },
  };
}

/** Everybody who has called, and what they may ask. */
class House {
  readonly limits: ServerLimits;
  readonly #options: ServeOptions;
  readonly #check: TokenCheck;
  readonly #digests: Awaited<ReturnType<typeof loadDigests>>;
  readonly #store: FolderStore;
  readonly #brake = new GuessBrake(systemClock);
  readonly #connections = new Set<ServedConnection>();
  #peers = 0;

  constructor(
    options: ServeOptions,
    folder: string,
    check: TokenCheck,
    digests: Awaited<ReturnType<typeof loadDigests>>,
  ) {
    this.limits = { ...defaultServerLimits, ...options.limits };
    this.#options = options;
    this.#check = check;
    this.#digests = digests;
    this.#store = new FolderStore(folder);
    this.#transfers = fileTransfers({
      store: this.#store,
      clock: systemClock,
      anyLinks: options.anyLinks ?? false,
      told: (conversation) => this.#told(conversation),
    });
  }

  readonly #transfers: ReturnType<typeof fileTransfers>;
  readonly #addresses = new WeakMap<object, string>();

  receive(caller: Caller): void {
    const { address } = caller;
    let isPeer = false;
    const requests = fileRequests(this.#store, (action, path) =>
      this.#tell({ event: "changed", address, action, path }),
    );
    const connection = new ServedConnection(caller.link, {
      clock: systemClock,
      agent,
      digests: this.#digests,
      handlers: new Map([...requests, ...this.#transfers]),
      helloTimeoutMs: this.limits.helloTimeoutMs,
      idleTimeoutMs: this.limits.idleTimeoutMs,
      authenticate: (token) => this.#authenticate(token, caller),
      onHello: (name, rights) => {
        isPeer = true;
        this.#peers++;
        caller.known();
        this.#tell({ event: "peer", address, agent: name, rights: [...rights], sealed: caller.sealed });
      },
      onRefused: (error) => this.refused(address, error),
      onClose: () => {
        if (isPeer) this.#peers--;
        this.#connections.delete(connection);
      },
    });
    this.#addresses.set(connection.channel, address);
    this.#connections.add(connection);
  }

  refused(address: string, error: SampanError): void {
    this.#tell({ event: "refused", address, code: error.code, message: error.message });
  }

  close(): void {
    for (const connection of this.#connections)
      connection.close(new SampanError("E_CONNECTION_LOST", "the server is closing"));
  }

  async #authenticate(
    token: string,
    caller: Caller,
  ): Promise<{ holder: string; rights: ReadonlySet<Right> } | undefined> {
    const known = this.#check.find(token);
    if (!known) {
      await this.#brake.wrong(caller.host);
      return undefined;
    }
    if (this.#peers >= this.limits.maxPeers) {
      throw new SampanError("E_BUSY", "the server has as many connections as it allows; try again later");
    }
    return known;
  }

  #told(conversation: Conversation) {
    const address = this.#addresses.get(conversation.channel) ?? "";
    const startedMs = systemClock.nowMs();
    return {
      begin: (direction: "get" | "put", path: string) =>
        this.#tell({ event: "transfer-begin", address, direction, path }),
      end: (
        direction: "get" | "put",
        path: string,
        result: { files: number; bytes: number; sentBytes: number } | SampanError,
      ) => {
        const seconds = (systemClock.nowMs() - startedMs) / 1000;
        const failed = result instanceof SampanError;
        const { files, bytes, sentBytes } = failed ? { files: 0, bytes: 0, sentBytes: 0 } : result;
        this.#tell({
          event: "transfer-end",
          address,
          direction,
          path,
          files,
          bytes,
          sentBytes,
          seconds,
          ...(failed ? { code: result.code, message: result.message } : {}),
        });
      },
    };
  }

  #tell(event: ServerEvent): void {
    this.#options.onEvent?.(event);
  }
}

async function loadDigests() {
  return Promise.all([loadDigest("blake3"), loadDigest("sha256")]);
}

function realFolder(folder: string): string {
  let real: string;
  try {
    real = fs.realpathSync(folder);
  } catch (cause) {
    throw new SampanError("E_NOT_FOUND", `there is no folder ${folder}`, { cause, path: folder });
  }
  if (!fs.statSync(real).isDirectory())
    throw new SampanError("E_NOT_A_FOLDER", `${folder} is not a folder`, { path: folder });
  return real;
}

/** The address to put in the link: the one listened on, or where that is every address, this machine's first on a network. */
function reachableHost(host: string): string {
  if (host !== "::" && host !== "0.0.0.0") return host;
  const addresses = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  return (outer.find(({ family }) => family === "IPv4") ?? outer[0])?.address ?? "127.0.0.1";
}
