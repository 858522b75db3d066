// One transfer between two hosts: on host B, where it is started, the server; on host A the client.
import { join } from "node:path";
import { freshPlace } from "../fresh-place.mjs";
import { requireCongestionControl } from "../host-congestion-control.mjs";
import { lineUp } from "../line-up.mjs";
import { measure } from "../measure.mjs";
import { pathPeer } from "../path-peers.mjs";
import { congestionControl } from "../path-settings.mjs";
import { requireUdpIfAsked } from "../servers/sampan.mjs";
import { answerJob, onHostA } from "../slow-wire.mjs";
import { verifyBytes, verifySize } from "../verify.mjs";

await answerJob(transfer);

async function transfer({ contestant, direction, what, limitSeconds, isFirst, ramDisk }) {
  requireCongestionControl(congestionControl);
  const place = freshPlace(ramDisk, what);
  try {
    const leftOut = [];
    const field = await lineUp([pathPeer(contestant)], "bigFile", place, leftOut, { address: process.env.B_IP });
    if (leftOut.length > 0) throw new Error(leftOut[0].why);
    const { command, server } = field.contestants.find((one) => one.direction === direction);
    const client = command(what);
    const cost = await upToLimit(client, server, limitSeconds * 1000, place);
    requireUdpIfAsked(client);
    await field.stop();
    if (!cost.cutOff) (isFirst ? verifyBytes : verifySize)(join(place.source, what), join(place.target, what));
    return cost;
  } finally {
    place.remove();
  }
}

async function upToLimit(client, server, timeoutMs, place) {
  try {
    const { seconds } = await measure(onHostA(client), { server, timeoutMs });
    return { seconds, cutOff: false };
  } catch (error) {
    if (!error.timedOut) throw error;
    return { seconds: timeoutMs / 1000, movedBytes: place.movedBytes(), cutOff: true };
  }
}
