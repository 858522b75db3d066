// One transfer between two hosts: on host B, where it is started, the server; on host A the client.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { requireCongestionControl } from "../host-congestion-control.mjs";
import { lineUp } from "../line-up.mjs";
import { measure } from "../measure.mjs";
import { movedBytes } from "../moved-bytes.mjs";
import { pathPeers } from "../path-peers.mjs";
import { congestionControl } from "../path-settings.mjs";
import { requireUdpIfAsked } from "../servers/sampan.mjs";
import { onHostA } from "../slow-wire.mjs";
import { leave, leaveOnSignals } from "../undo.mjs";

leaveOnSignals();
try {
  process.stdout.write(JSON.stringify(await transfer(JSON.parse(process.argv[2]))));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
leave(process.exitCode ?? 0);

async function transfer({ contestant, direction, what, limitSeconds, place: { work, ...folders } }) {
  const place = { ...folders, work: mkdtempSync(join(work, "path-")) };
  requireCongestionControl(congestionControl);
  const leftOut = [];
  const peers = pathPeers.filter(({ name }) => name === contestant);
  const field = await lineUp(peers, "bigFile", place, leftOut, { address: process.env.B_IP });
  if (leftOut.length > 0) throw new Error(leftOut[0].why);
  const { command, server } = field.contestants.find((one) => one.direction === direction);
  const client = command(what);
  const cost = await upToLimit(client, server, limitSeconds * 1000, place);
  requireUdpIfAsked(client);
  await field.stop();
  return cost;
}

async function upToLimit(client, server, timeoutMs, place) {
  try {
    const { seconds } = await measure(onHostA(client), { server, timeoutMs });
    return { seconds, cutOff: false };
  } catch (error) {
    if (!error.timedOut) throw error;
    return { seconds: timeoutMs / 1000, movedBytes: movedBytes(place.target), cutOff: true };
  }
}
