import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadDigest } from "../store/digest.js";
import { FolderStore } from "../store/folder-store.js";
import { removeStaleParts } from "../store/stale-parts.js";
import { listen } from "../transport/listen.js";
import { systemClock } from "../transport/system-clock.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ServeOptions, Server, ServerEvent, ServerLimits } from "./api.js";
import { configFolder as defaultConfigFolder } from "./config-folder.js";
import { fileService } from "./file-service.js";
import { House } from "./house.js";
import { identityOf, loadIdentity } from "./identity.js";
import { defaultPort } from "./link-text.js";
import { openPairing } from "./pairing/open-pairing.js";
import { PairingDesk } from "./pairing/pairing-desk.js";
import { pairingService } from "./pairing/pairing-service.js";
import { noteServer } from "./pairing/running-servers.js";
import { reachableHost } from "./reachable-host.js";
import { ServerLinks } from "./server-links.js";
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
  const gives = { write: !options.readOnly, run: false };
  const links = new ServerLinks(loadTokens(configFolder, folder), gives);
  const check = new TokenCheck();
  links.admitTo(check);
  if (!options.readOnly) removeStaleParts(folder, stalePartMs);

  const limits = { ...defaultServerLimits, ...options.limits };
  const tell = (event: ServerEvent): void => options.onEvent?.(event);
  const { fingerprint } = identity;
  const desk = new PairingDesk(systemClock, fingerprint, () => {});
  const house = new House({
    limits,
    check,
    digests: await loadDigests(),
    services: [
      fileService(new FolderStore(folder), options.anyLinks ?? false),
      pairingService({ desk, name: serverName(folder), linkFor: (right) => links.link(right, place()) }),
    ],
    pairingIsOpen: () => desk.isOpen,
    tell,
  });
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
  const host = reachableHost(options.host ?? listener.host);
  const place = () => ({ host, port: listener.port, path: "", fingerprint });
  const { pid } = process;
  const forget = noteServer(configFolder, { pid, host: listener.host, port: listener.port, folder, fingerprint });
  const { unixPath } = options;
  return {
    host,
    port: listener.port,
    fingerprint,
    link: links.link("write", place()),
    readLink: links.link("read", place()) as string,
    unixLink: unixPath && links.link(options.readOnly ? "read" : "write", { ...place(), unixPath }),
    pair: (wanted = {}) => openPairing(desk, (right) => links.link(right, place()), wanted, tell),
    close: async () => {
      forget();
      await Promise.all([house.close(), listener.close()]);
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

/** How a server calls itself where people choose among several. */
function serverName(folder: string): string {
  return `${path.basename(folder) || folder} on ${os.hostname()}`;
}
