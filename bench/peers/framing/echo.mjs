// echo.mjs: sends each frame back. Prints its port first.
import { createServer } from "node:net";
import { framed } from "../../../dist/index.js";
import { parseRule } from "../../../dist/wire/index.js";

const rule = parseRule("u32be");
const server = createServer({ noDelay: true }, (socket) => {
  const frames = framed(socket, rule);
  frames.listen(
    (frame) => frames.send(frame),
    () => socket.destroy(),
  );
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
