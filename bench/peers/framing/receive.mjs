// receive.mjs COUNT: takes so many frames from one connection, then answers one byte. Prints its port first.
import { createServer } from "node:net";
import { framed } from "../../../dist/index.js";
import { parseRule } from "../../../dist/wire/index.js";

let left = Number(process.argv[2]);
const server = createServer((socket) => {
  server.close();
  framed(socket, parseRule("i32le")).listen(
    () => {
      if (--left === 0) socket.end("!");
    },
    () => {},
  );
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
