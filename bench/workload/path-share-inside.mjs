// A TCP flow and a transfer beside it, between two hosts: on host B, where it is started, the servers; on host A curl and
// sampan.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { freshPlace } from "../fresh-place.mjs";
import { requireCongestionControl } from "../host-congestion-control.mjs";
import { lineUp } from "../line-up.mjs";
import { pathPeer } from "../path-peers.mjs";
import { congestionControl } from "../path-settings.mjs";
import { curlHttp, curlToStdout } from "../peers/nginx.mjs";
import { requireUdpIfAsked } from "../servers/sampan.mjs";
import { answerJob, onHostA } from "../slow-wire.mjs";
import { undoLater } from "../undo.mjs";

await answerJob(count);

async function count({ beside, what, settleSeconds, countSeconds, ramDisk }) {
  requireCongestionControl(congestionControl);
  const place = freshPlace(ramDisk, what);
  const leftOut = [];
  const peers = beside === undefined ? [curlHttp] : [curlHttp, pathPeer(beside)];
  const field = await lineUp(peers, "bigFile", place, leftOut, { address: process.env.B_IP });
  if (leftOut.length > 0) throw new Error(leftOut[0].why);
  const transfer = field.contestants.find(({ name, direction }) => name === beside && direction === "get");
  const client = transfer?.command(what);
  const flow = start(curlToStdout(field.server("nginx"), what));
  const other = client && start(client);
  const state = () => ({ at: performance.now(), flow: flow.printedBytes(), other: place.movedBytes() });
  try {
    await pause(settleSeconds * 1000);
    const before = state();
    await pause(countSeconds * 1000);
    const after = state();
    for (const one of [flow, other]) await one?.stop();
    if (client) requireUdpIfAsked(client);
    return {
      flowBytes: after.flow - before.flow,
      besideBytes: after.other - before.other,
      seconds: (after.at - before.at) / 1000,
    };
  } finally {
    await field.stop();
    place.remove();
  }
}

function start(command) {
  const { file, args, env } = onHostA(command);
  const stdout = command.stdoutPath === undefined ? "pipe" : openSync(command.stdoutPath, "w");
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", stdout, "pipe"] });
  if (typeof stdout === "number") closeSync(stdout);
  const forget = undoLater(() => child.kill("SIGKILL"));
  let bytes = 0;
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    bytes += chunk.length;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr = (stderr + text).slice(-4096);
  });
  const closed = once(child, "close");
  return {
    printedBytes: () => bytes,
    /** It was to go on until now: what has ended before has no figure. */
    async stop() {
      const ended = child.exitCode !== null || child.signalCode !== null;
      child.kill("SIGKILL");
      await closed;
      forget();
      if (ended) throw new Error(`${command.file} ${args.at(-1)} was over before the count was: ${stderr.trim()}`);
    },
  };
}
