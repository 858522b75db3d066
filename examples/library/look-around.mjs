/*
 * node examples/library/look-around.mjs [SECONDS]
 *
 * Lists who serves on this network; with a link in SAMPAN_LINK also what the clock there says, and how long it takes.
 */
import { connect, discover } from "sampan";

const [seconds = "2"] = process.argv.slice(2);

for await (const server of discover({ forMs: Number(seconds) * 1000 })) {
  // What strangers say is shown as JSON, which has no terminal escapes in it.
  console.log(JSON.stringify([server.folder, server.name, server.addresses[0], server.port, server.offers]));
}

if (process.env.SAMPAN_LINK) {
  const peer = await connect(process.env.SAMPAN_LINK);
  const { text, clock, by } = await peer.time({ format: "%H:%M:%S" });
  console.log(`it is ${text} there, ${clock?.offsetMs.toFixed(1)} ms ahead of here (${by})`);
  const { medianMs } = await peer.measure.pingTcp({ count: 5, intervalMs: 20 });
  console.log(`there and back: ${medianMs.toFixed(2)} ms`);
  await peer.close();
}
