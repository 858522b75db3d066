import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { FolderStore } from "../store/folder-store.js";
import { removeStaleParts } from "../store/stale-parts.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ServeOptions, Server, ServerEvent } from "./api.js";
import { openChat } from "./chat/open-chat.js";
import { configFolder as defaultConfigFolder } from "./config-folder.js";
import { fileService } from "./files/file-service.js";
import { identityOf, loadIdentity } from "./identity.js";
import { defaultPort } from "./link-text.js";
import { measureService } from "./measure/measure-service.js";
import { defaultServerLimits, openHouse } from "./open-house.js";
import { openPairing } from "./pairing/open-pairing.js";
import { pairingService } from "./pairing/pairing-service.js";
import { noteServer } from "./pairing/running-servers.js";
import { findAllowedPrograms } from "./run/allowed-programs.js";
import { AuditLog } from "./run/audit-log.js";
import { RunService } from "./run/run-service.js";
import { ServerLinks } from "./server-links.js";
import { shellService } from "./shell/shell-service.js";
import { timeService } from "./time/time-service.js";
import { loadTokens, TokenCheck } from "./token-book.js";

/** Parts that nobody has come back for are removed when the server starts. */
const stalePartMs = 14 * 86_400_000;

const defaultShellKeepMs = 24 * 3_600_000;

/** Serves a folder. E_LISTEN, E_NOT_FOUND, E_NOT_A_FOLDER; E_NO_PROGRAM for one that is to be allowed. */
export async function serve(options: ServeOptions): Promise<Server> {
  const folder = realFolder(options.folder);
  const configFolder = options.configFolder ?? defaultConfigFolder();
  const { certificate } = options;
  const identity = certificate ? identityOf(certificate.cert, certificate.key) : await loadIdentity(configFolder);
  const programs = findAllowedPrograms(options.allowRun, process.env.PATH ?? "");
  const gives = { write: !options.readOnly, run: programs !== "none" };
  const links = new ServerLinks(loadTokens(configFolder, folder), gives);
  const check = new TokenCheck();
  links.admitTo(check);
  if (!options.readOnly) removeStaleParts(folder, stalePartMs);

  const tell = (event: ServerEvent): void => options.onEvent?.(event);
  const { unixPath } = options;
  const { maxRuns, maxShells } = { ...defaultServerLimits, ...options.limits };
  const chat = await openChat({ configFolder, folder, classic: options.classicChat, tell });
  const house = await openHouse({
    host: options.host,
    port: options.port ?? defaultPort,
    unixPath,
    plain: options.plain ?? false,
    identity,
    check,
    limits: options.limits,
    title: path.basename(folder),
    udp: options.udp ?? true,
    announced: options.announced ?? false,
    services: (desk, place) => [
      fileService(new FolderStore(folder, options.anyLinks), options.anyLinks ?? false),
      new RunService({ programs, folder, maxRuns, audit: new AuditLog(configFolder) }),
      timeService(),
      measureService(folder),
      chat.service,
      shellService({
        allowed: programs === "any",
        folder,
        audit: new AuditLog(configFolder),
        maxShells,
        keepMs: options.shellKeepMs ?? defaultShellKeepMs,
        tell,
      }),
      pairingService({ desk, name: serverName(folder), linkFor: (right) => links.link(right, place()) }),
    ],
    tell,
  }).catch(async (thrown: unknown) => {
    await chat.service.close();
    throw thrown;
  });
  const { announcement, desk, listenedHost, place, udpPort } = house;
  const { fingerprint, host, port } = { ...place, fingerprint: identity.fingerprint };
  const forget = noteServer(configFolder, { pid: process.pid, host: listenedHost, port, folder, fingerprint });
  return {
    host,
    port,
    udpPort,
    classicChat: chat.classic,
    announcement,
    fingerprint,
    link: links.link("write", place),
    readLink: links.link("read", place) as string,
    runLink: links.link("run", place),
    unixLink: unixPath && links.link(options.readOnly ? "read" : "write", { ...place, unixPath }),
    pair: (wanted = {}) => openPairing(desk, (right) => links.link(right, place), wanted, tell),
    close: async () => {
      forget();
      await house.close();
    },
  };
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
