import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../../src/service/serve.js";
import { type Message, MessageDecoder } from "../../src/wire/message.js";
import { protocolVectors } from "./protocol-document.js";

/** A message as text, without what differs from run to run. */
function comparable({ header, body }: Message): string {
  const text = `${JSON.stringify(header)} ${Buffer.from(body).toString()}`;
  return text
    .replace(/"transfer":"[0-9a-f]{32}"/, '"transfer":"…"')
    .replace(/"version":"[0-9a-f-]+"/, '"version":"…"')
    .replace(/"agent":"sampan\/[^"]+"/, '"agent":"…"')
    .replace(/"size":\d+/, '"size":…');
}

/** The server's messages, each when it is asked for; those that come as they please are left out. */
function reader(socket: net.Socket): () => Promise<Message> {
  const decoder = new MessageDecoder();
  const arrived: Message[] = [];
  let wake = () => {};
  socket.on("data", (chunk) => {
    decoder.push(chunk, (message) => {
      if (message.header.kind !== "ping" && message.header.kind !== "got") arrived.push(message);
    });
    wake();
  });
  return async () => {
    for (;;) {
      const message = arrived.shift();
      if (message) return message;
      if (socket.closed) throw new Error("the server closed the connection");
      await new Promise<void>((resolve) => {
        wake = resolve;
        socket.once("close", () => resolve());
      });
    }
  };
}

test("the real server answers the document's client as the document says", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-replay-"));
  const [folder, configFolder] = [join(scratch, "served"), join(scratch, "config")];
  for (const made of [folder, configFolder]) mkdirSync(made);
  const file = join(folder, "five.txt");
  writeFileSync(file, "hello");
  chmodSync(file, 0o644);
  utimesSync(file, 1_767_225_600, 1_767_225_600);
  const tokens = { [realpathSync(folder)]: { write: "example-token", read: "another" } };
  writeFileSync(join(configFolder, "tokens.json"), JSON.stringify(tokens));
  const server = await serve({ folder, host: "127.0.0.1", port: 0, configFolder });
  const socket = net.connect(server.port, "127.0.0.1");
  try {
    const next = reader(socket);
    for (const { name, from, bytes } of protocolVectors()) {
      if (from === "client") socket.write(bytes);
      else {
        const [expected] = decoded(bytes);
        assert.equal(comparable(await next()), comparable(expected as Message), name);
      }
    }
    assert.equal(readFileSync(join(folder, "copy.txt"), "utf8"), "hello");
  } finally {
    socket.destroy();
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});

function decoded(bytes: Uint8Array): Message[] {
  const messages: Message[] = [];
  new MessageDecoder().push(bytes, (message) => messages.push(message));
  return messages;
}
