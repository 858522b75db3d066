// round-trips.mjs PORT CONNECTIONS COUNT: COUNT frames of 64 bytes there and back, one under way on each connection.
// Prints round trips a second.
import { connect } from "node:net";
import { framed } from "../../../dist/index.js";
import { parseRule } from "../../../dist/wire/index.js";

const [port, connections, count] = process.argv.slice(2).map(Number);
const rule = parseRule("u32be");
const message = Buffer.alloc(60, "x");
const peers = await Promise.all(
  Array.from({ length: connections }, async () => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await new Promise((resolve) => socket.once("connect", resolve));
    return framed(socket, rule);
  }),
);
let left = count;
const began = performance.now();
for (const peer of peers) {
  peer.listen(
    () => {
      if (--left > 0) peer.send(message);
      else if (left === 0) {
        console.log(count / ((performance.now() - began) / 1000));
        process.exit(0);
      }
    },
    () => {},
  );
  peer.send(message);
}
