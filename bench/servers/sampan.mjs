import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loopback, startDaemon } from "../daemon.mjs";

export const program = fileURLToPath(new URL("../../bin/sampan.mjs", import.meta.url));

/** Why sampan cannot be measured (not built, for one); undefined if it can. */
export function whyNotWorking() {
  const { status, stderr } = spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" });
  if (status === 0) return undefined;
  return `sampan --version ended with status ${status}: ${stderr
    .trim()
    .split("\n")
    .find((line) => /error/i.test(line))}`;
}

export function knowsFlag(command, flag) {
  const { stdout } = spawnSync(process.execPath, [program, command, "--help"], { encoding: "utf8" });
  return new RegExp(`(^|\\s)${flag}\\b`, "m").test(stdout);
}

/** `name` tells apart the servers that run one after the other on the same RAM disk; `flags` are of `serve`. */
export async function start(place, { name = "sampan", flags = [], address = loopback } = {}) {
  const folder = join(place.work, name);
  const env = (end) => {
    // A HOME of its own for each end: nothing of the user's is read or written.
    const home = join(folder, end);
    mkdirSync(join(home, "config"), { recursive: true });
    return { HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_STATE_HOME: undefined, SAMPAN_LINK: undefined };
  };
  const serverEnv = env("server");
  const daemon = await startDaemon({
    file: process.execPath,
    args: [program, "serve", place.files, "--host", address, "--port", "0", "--json", ...flags],
    env: serverEnv,
    logPath: join(folder, "server", "log"),
    isReady: (printed) => listeningEvent(printed) !== undefined,
  });
  const { link, runLink, port } = listeningEvent(daemon.printed());
  const clientEnv = env("client");
  const added = spawnSync(process.execPath, [program, "remote", "add", "bench"], {
    env: { ...process.env, ...clientEnv, SAMPAN_LINK: runLink ?? link },
    encoding: "utf8",
    input: "",
  });
  if (added.status !== 0) throw new Error(`sampan remote add ended with status ${added.status}: ${added.stderr}`);
  return { ...daemon, runLink, tlsPort: port, clientEnv, stdoutPath: join(folder, "client", "events.ndjson") };
}

/** What to start for `sampan get …` and the like; `bench:/path` is on the server. */
export function sampanCommand(server, ...args) {
  return {
    file: process.execPath,
    args: [program, ...args, "--json"],
    env: server.clientEnv,
    stdoutPath: server.stdoutPath,
  };
}

/** Throws if the client with this command went on by TCP, as it does where UDP does not pass: that has another name. */
export function requireUdpIfAsked({ args, stdoutPath }) {
  if (!args.includes("--udp")) return;
  const failed = readFileSync(stdoutPath, "utf8")
    .split("\n")
    .find((line) => line.includes('"event":"udp-failed"'));
  if (failed !== undefined) throw new Error(`it did not go by UDP: ${failed}`);
}

function listeningEvent(printed) {
  const lines = printed.split("\n").slice(0, -1);
  for (const line of lines) {
    if (!line.startsWith("{")) continue;
    const event = JSON.parse(line);
    if (event.event === "listening") return event;
  }
  return undefined;
}
