import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadDigest } from "../store/digest.js";
import { FolderStore } from "../store/folder-store.js";
import { removeStaleParts } from "../store/stale-parts.js";
import { listen } from "../transport/listen.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ServeOptions, Server, ServerEvent, ServerLimits } from "./api.js";
import { configFolder as defaultConfigFolder } from "./config-folder.js";
import { DatagramService } from "./datagram/datagram-service.js";
import { fileService } from "./file-service.js";
import { House } from "./house.js";
import { identityOf, loadIdentity } from "./identity.js";
import { defaultPort, formatLink } from "./link-text.js";
import { loadTokens, TokenCheck } from "./token-book.js";

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

  const limits = { ...defaultServerLimits, ...options.limits };
  const tell = (event: ServerEvent): void => options.onEvent?.(event);
  const services = [fileService(new FolderStore(folder), options.anyLinks ?? false)];
  const house = new House({ limits, check, digests: await loadDigests(), services, tell });
  const listener = await listen({
    host: options.host,
    port: options.port ?? defaultPort,
    unixPath: options.unixPath,
    cert: identity.cert,
    key: identity.key,
    plain: options.plain ?? false,
    maxStrangers: limits.maxStrangers,
    strangerTimeoutMs: limits.helloTimeoutMs,
    onCaller: (caller) => house.receive(caller),
    onRefused: (address, error) => house.refused(address, error),
  });
  const { fingerprint } = identity;
  const datagrams = await DatagramService.open({
    folder: path.basename(folder),
    host: listener.host,
    port: listener.port,
    udp: options.udp ?? true,
    announced: options.announced ?? false,
    offers: services.flatMap(({ offers }) => offers ?? []),
    fingerprint,
    tell,
  });
  const place = { host: reachableHost(options.host ?? listener.host), port: listener.port, path: "", fingerprint };
  return {
    host: place.host,
    port: listener.port,
    udpPort: datagrams.udpPort,
    announcement: datagrams.announcement,
    fingerprint,
    link: options.readOnly ? undefined : formatLink({ ...place, token: tokens.write }),
    readLink: formatLink({ ...place, token: tokens.read }),
    unixLink:
      options.unixPath &&
      formatLink({ ...place, unixPath: options.unixPath, token: options.readOnly ? tokens.read : tokens.write }),
    close: async () => {
      await Promise.all([house.close(), listener.close(), datagrams.close()]);
    },
  };
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
