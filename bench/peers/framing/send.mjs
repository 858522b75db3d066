// send.mjs PORT COUNT [each]: one send a frame; `each` writes them to the socket one by one instead, for comparison.
// Prints the seconds until all have been received.
import { connect } from "node:net";
import { framed } from "../../../dist/index.js";
import { parseRule } from "../../../dist/wire/index.js";

const [port, count, way] = process.argv.slice(2);
const message = Buffer.from("abcdefghijklmnopqrstuvwxyz1234567890");
const socket = connect(Number(port), "127.0.0.1");
socket.setNoDelay(true);
await new Promise((resolve) => socket.once("connect", resolve));
const answered = new Promise((resolve) => socket.once("readable", resolve));
const began = performance.now();
if (way === "each") {
  const bytes = Buffer.alloc(4 + message.length);
  bytes.writeInt32LE(message.length);
  message.copy(bytes, 4);
  for (let i = 0; i < Number(count); i++) {
    if (!socket.write(bytes)) await new Promise((resolve) => socket.once("drain", resolve));
  }
} else {
  const frames = framed(socket, parseRule("i32le"));
  for (let i = 0; i < Number(count); i++) if (!frames.send(message)) await frames.drained();
}
await answered;
console.log((performance.now() - began) / 1000);
socket.destroy();
