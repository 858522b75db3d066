// Node without sampan, see bare-node/.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "../certificate.mjs";
import { loopback, startDaemon } from "../daemon.mjs";

const program = (name) => fileURLToPath(new URL(`../bare-node/${name}.mjs`, import.meta.url));
export const needs = ["openssl"];

export async function start(place, { address = loopback } = {}) {
  const folder = join(place.work, "bare-node");
  mkdirSync(folder);
  const { key, certificate } = makeCertificate(folder, address);
  const daemon = await startDaemon({
    file: process.execPath,
    args: [program("server"), place.files, address, key, certificate],
    logPath: join(folder, "log"),
    isReady: (printed) => printed.endsWith("\n"),
  });
  return { ...daemon, address, certificate, ...JSON.parse(daemon.printed()) };
}

/** What to start for a file of the name `name` below what the server serves, which is or will be at `path` here. */
export function bareNodeCommand(server, way, name, path, sealed) {
  const where = sealed ? [server.tlsPort, server.certificate] : [server.plainPort];
  return { file: process.execPath, args: [program("client"), way, name, path, server.address, ...where.map(String)] };
}
