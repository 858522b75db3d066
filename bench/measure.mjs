// One run of a client: how long it took, and what both ends used.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSecondsOf, cpuSecondsOfWaitedChildren, peakBytesOf, resetPeakOf, treeOf } from "./process-tree.mjs";
import { undoLater } from "./undo.mjs";

// High-water marks only rise, so a sample now and then misses at most what is added in the last moments of a process.
const sampleEveryMs = 25;
const stderrKeptBytes = 4096;

/**
 * @param command {file, args, env?, cwd?, stdoutPath?}: standard output goes to a file, never through this process,
 *   which would cost the contestant CPU time on two cores.
 * @param server undefined, or the daemon at the other end, see daemon.mjs.
 * @param place the RAM disk that is written to, if any
 * @throws an error, with `timedOut` if it took too long
 */
export async function measure(command, { server, place, timeoutMs = 600_000 } = {}) {
  const idleTree = server === undefined ? [] : treeOf(server.pid);
  resetPeakOf(idleTree);
  const serverCpuBefore = cpuSecondsOf(idleTree);
  const clientCpuBefore = cpuSecondsOfWaitedChildren();
  const stdout = command.stdoutPath === undefined ? "ignore" : openSync(command.stdoutPath, "w");

  const keepPages = place?.giveWarmPages();
  const begin = performance.now();
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", stdout, "pipe"],
    detached: true, // a process group of its own, so that a time-out ends ssh beneath scp, too
  });
  const forget = undoLater(() => killGroup(child));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr = (stderr + text).slice(-stderrKeptBytes);
  });
  const peak = { client: 0, server: 0 };
  const sample = () => {
    peak.client = Math.max(peak.client, peakBytesOf(child.pid === undefined ? [] : treeOf(child.pid)));
    if (server !== undefined) peak.server = Math.max(peak.server, peakBytesOf(treeOf(server.pid)));
  };
  const sampler = setInterval(sample, sampleEveryMs);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, timeoutMs);

  let end;
  const failure = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (status, signal) => {
      end = performance.now();
      // What the client leaves behind must not hold up its standard error.
      setImmediate(() => resolve(status === 0 ? undefined : `ended with ${signal ?? `status ${status}`}`));
    });
  });
  keepPages?.();
  clearInterval(sampler);
  clearTimeout(limit);
  if (typeof stdout === "number") closeSync(stdout);
  if (server !== undefined) {
    sample();
    await untilIdle(server.pid, idleTree);
  }
  forget();
  if (failure !== undefined) {
    const why = timedOut ? `given up after ${timeoutMs / 1000} s` : failure;
    const printed = command.stdoutPath === undefined ? "" : lastLine(readFileSync(command.stdoutPath, "utf8"));
    const details = [stderr.trim(), printed, server?.obituary()].filter(Boolean);
    throw Object.assign(new Error([`${command.file} ${why}`, ...details].join("\n  ")), { timedOut });
  }
  if (server?.obituary() !== undefined) throw new Error(server.obituary());
  const clientCpuSeconds = cpuSecondsOfWaitedChildren() - clientCpuBefore;
  const serverCpuSeconds = server === undefined ? 0 : cpuSecondsOf(treeOf(server.pid)) - serverCpuBefore;
  return {
    seconds: (end - begin) / 1000,
    clientCpuSeconds,
    serverCpuSeconds,
    cpuSeconds: clientCpuSeconds + serverCpuSeconds,
    clientPeakBytes: peak.client,
    serverPeakBytes: peak.server,
  };
}

/** A daemon that forks a process a connection knows what it used only when it has waited for that. */
async function untilIdle(pid, idleTree) {
  for (let waited = 0; waited < 3000 && treeOf(pid).length > idleTree.length; waited += 5) await sleep(5);
}

function lastLine(text) {
  return text.trimEnd().split("\n").at(-1).slice(-1000);
}

function killGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
