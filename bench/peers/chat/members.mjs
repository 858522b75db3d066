// Members of a chat room, many in one process: tells its parent when each message has reached each of them.
//   node members.mjs COUNT ROOM          the link in SAMPAN_LINK
import { connect } from "../../../dist/index.js";

const [count, room] = [Number(process.argv[2]), process.argv[3]];
const link = process.env.SAMPAN_LINK;
const peers = [];
const atOnce = 20;

for (let first = 0; first < count; first += atOnce) {
  const size = Math.min(atOnce, count - first);
  await Promise.all(Array.from({ length: size }, (_, index) => enter(`m${process.pid}-${first + index}`)));
}
process.send({ ready: count });
process.on("message", async () => {
  await Promise.all(peers.map((peer) => peer.close()));
  process.exit(0);
});

async function enter(name) {
  const peer = await connect(link);
  peers.push(peer);
  const visit = await peer.chat(room, { name, history: 0 });
  void follow(visit).catch((error) => process.send({ failure: error.message }));
}

async function follow(visit) {
  for await (const event of visit) {
    // By the wall clock, which all processes of one machine share.
    if (event.event === "said") arrived(event.text.slice(0, 20), performance.timeOrigin + performance.now());
  }
}

const times = new Map();

/** Told once for all of this process, so that telling does not disturb what is measured. */
function arrived(text, atMs) {
  const list = times.get(text) ?? [];
  times.set(text, list);
  list.push(atMs);
  if (list.length < count) return;
  times.delete(text);
  process.send({ text, times: list });
}
