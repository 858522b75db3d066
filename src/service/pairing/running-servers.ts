import fs from "node:fs";
import path from "node:path";
import { writePrivateFile } from "../config-folder.js";
import { formatLink } from "../link-text.js";
import { isEveryAddress } from "../reachable-host.js";
import { readTokens } from "../token-book.js";

/*
 * Each running server leaves a note in `servers/` of the user's config folder, so that its owner's other commands find
 * it. The note holds no secret; the owner's token is in tokens.json, which only the owner can read.
 */

export interface RunningServer {
  readonly pid: number;
  /** The address listened on. */
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  readonly fingerprint: string;
}

/** Leaves the note; call what it returns when the server is closed. */
export function noteServer(configFolder: string, server: RunningServer): () => void {
  const file = path.join(configFolder, "servers", `${server.pid}-${server.port}.json`);
  writePrivateFile(file, JSON.stringify(server));
  return () => fs.rmSync(file, { force: true });
}

/** The servers of this user that run now. Notes of those that were killed are removed. */
export function runningServers(configFolder: string): RunningServer[] {
  const folder = path.join(configFolder, "servers");
  if (!fs.existsSync(folder)) return [];
  const found: RunningServer[] = [];
  for (const name of fs.readdirSync(folder)) {
    const server = readNote(path.join(folder, name));
    if (server && isRunning(server.pid)) found.push(server);
    else fs.rmSync(path.join(folder, name), { force: true });
  }
  return found;
}

/** The link by which its owner reaches a server on this machine. */
export function ownLink(configFolder: string, server: RunningServer): string {
  const { fingerprint, folder, port } = server;
  const host = isEveryAddress(server.host) ? "127.0.0.1" : server.host;
  return formatLink({ host, port, path: "", fingerprint, token: readTokens(configFolder, folder).own });
}

function readNote(file: string): RunningServer | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as RunningServer;
  } catch {
    return undefined; // cut off while it was written, or gone meanwhile
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
