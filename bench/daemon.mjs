// A server process for the length of the bench.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { undoLater } from "./undo.mjs";

const readyWithinMs = 15_000;

/** @param isReady tells from what the daemon has printed so far (a promise or not) whether it can be used. */
export async function startDaemon({ file, args, env, logPath, isReady }) {
  const log = openSync(logPath, "w");
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    // No pipes: rsync takes a socket as its standard input for an order to serve that one connection.
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let ended;
  const exit = new Promise((resolve) => {
    child.on("error", (error) => resolve((ended = error.message)));
    child.on("exit", (status, signal) => resolve((ended = `ended with ${signal ?? `status ${status}`}`)));
  });
  const kill = undoLater(() => {
    if (ended === undefined) process.kill(-child.pid, "SIGKILL");
  });
  const printed = () => readFileSync(logPath, "utf8");
  for (let waited = 0; !(await isReady(printed())); waited += 20) {
    if (ended === undefined && waited < readyWithinMs) {
      await sleep(20);
      continue;
    }
    const why = ended ?? `was not ready within ${readyWithinMs / 1000} s`;
    kill();
    throw new Error(`${file} ${why}: ${printed().trim().slice(-1000)}`);
  }
  return {
    pid: child.pid,
    printed,
    /** How it ended, if it has: a client's failure alone does not tell that the server died before it. */
    obituary: () => (ended === undefined ? undefined : `${file} ${ended}: ${printed().trim().slice(-1500)}`),
    async stop() {
      if (ended === undefined) process.kill(child.pid, "SIGTERM");
      await Promise.race([exit, sleep(3000, undefined, { ref: false })]);
      kill();
      await exit;
    },
  };
}

export const loopback = "127.0.0.1";

export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.on("error", reject).listen(0, loopback, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function answersOn(port, address = loopback) {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
