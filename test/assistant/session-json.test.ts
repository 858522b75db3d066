import assert from "node:assert/strict";
import { test } from "node:test";
import { AssistantProcess, dial, listen } from "./assistant-process.js";

test("a server tells what happens as JSON, and takes commands as JSON", async (context) => {
  const server = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--frame", "line", "--json"]);
  const peer = await dial(context, await server.port());
  const { address } = await server.event({ event: "listening" });
  assert.match(String(address), /^tcp:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(server.events[0]?.event, "listening", "comes first");
  const opened = await server.event({ event: "opened" });
  assert.deepEqual([opened.id, opened.kind], [1, "stream"]);
  assert.equal(opened.peer, `127.0.0.1:${peer.socket.localPort}`);
  peer.socket.write("one\ntwo\nthr");
  const two = await server.event({ event: "frame", number: 2 });
  assert.deepEqual([two.id, two.dir, two.bytes, two.hex, two.text], [1, "in", 3, "74776f", "two"]);
  peer.socket.write(Buffer.from("65650aff0a", "hex"));
  assert.equal((await server.event({ event: "frame", number: 3 })).text, "three");
  const last = await server.event({ event: "frame", number: 4 });
  assert.deepEqual([last.hex, last.text], ["ff", undefined], "bytes that are no text have none");
  assert.equal(
    server
      .all({ event: "chunk" })
      .map(({ hex }) => hex)
      .join(""),
    Buffer.from("one\ntwo\nthree\n").toString("hex") + "ff0a",
  );
  server.write({ send: "a\\n" });
  server.write({ hex: "62 63", to: 1 });
  server.write({ raw: "64" });
  await peer.has("a\\n\nbc\nd");
  await server.event({ event: "sent" }, 3);
  assert.deepEqual(
    server.all({ event: "sent" }).map(({ cause, hex }) => [cause, hex]),
    [
      ["typed", "615c6e0a"],
      ["typed", "62630a"],
      ["typed", "64"],
    ],
  );
  peer.socket.end();
  await server.event({ event: "ended" });
  await server.event({ event: "closed", id: 1 });
  server.kill("SIGTERM");
  assert.equal(await server.ended, 0);
});

test("commands that cannot be done are told, and the session goes on", async (context) => {
  const server = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--json"]);
  const port = await server.port();
  server.write({ send: "nobody" });
  assert.match(String((await server.event({ event: "problem" })).message), /nobody is connected/);
  const peer = await dial(context, port);
  await server.event({ event: "opened" });
  server.type(
    'not json\n[]\n{"send":1}\n{"send":"a","hex":"00"}\n{"hex":"0"}\n{"send":"x","to":7}\n{"frame":"nonsense"}\n{"close":true}\n',
  );
  await server.event({ event: "problem" }, 9);
  assert.ok(server.all({ event: "problem" }).every(({ code }) => code === "E_USAGE" || code === "E_NOT_FOUND"));
  server.write({ frame: "u16be" });
  server.write({ send: "hi" });
  await peer.has(Buffer.from("00026869", "hex"));
  server.write({ close: 1 });
  await peer.end();
  await server.event({ event: "closed" });
  server.write({ quit: true });
  assert.equal(await server.ended, 0);
});

test("a client ends sending at the end of its input, and ends with the connection", async (context) => {
  const server = await listen(context);
  const client = new AssistantProcess(context, ["connect", `tcp://127.0.0.1:${server.port}`, "--json"]);
  const peer = await server.next();
  client.write({ send: "hello" });
  client.endInput();
  await peer.end();
  await peer.has("hello");
  peer.socket.end("bye");
  assert.equal(await client.ended, 0);
  assert.equal(client.all({ event: "chunk" })[0]?.text, "bye");
  assert.equal(client.events.at(-1)?.event, "closed");
});

test("a line separator within a text does not end a line of JSON", async (context) => {
  const server = await listen(context);
  const client = new AssistantProcess(context, ["connect", `tcp://127.0.0.1:${server.port}`, "--json"]);
  const peer = await server.next();
  const text = "one\u2028two\u2029three";
  client.write({ send: text });
  client.endInput();
  await peer.end();
  await peer.has(text);
  peer.socket.end();
  assert.equal(await client.ended, 0);
  assert.deepEqual(client.all({ event: "problem" }), []);
});

test("a connection that is reset is told, and is the exit status", async (context) => {
  const server = await listen(context);
  const client = new AssistantProcess(context, ["connect", `tcp://127.0.0.1:${server.port}`, "--json"]);
  const peer = await server.next();
  await client.event({ event: "opened" });
  peer.socket.resetAndDestroy();
  assert.equal(await client.ended, 3);
  assert.equal((await client.event({ event: "closed" })).code, "E_CONNECTION_LOST");
});

test("nobody there, an address in use, and flags that do not go together have their exit status", async (context) => {
  const { port } = await listen(context);
  const status = async (...args: string[]): Promise<number | null> =>
    await new AssistantProcess(context, [...args, "--json"]).ended;
  assert.equal(await status("listen", `tcp://127.0.0.1:${port}`), 3);
  assert.equal(await status("connect", "tcp://127.0.0.1:1"), 3);
  for (const flags of [
    ["--every", "1s"],
    ["--count", "3", "--send", "x"],
    ["--speed", "max"],
    ["--frame", "nonsense"],
    ["--append", "crc"],
    ["--encoding", "klingon"],
    ["--reply", "PING"],
    ["--show", "all"],
    ["--eol", "cr"],
    ["--eol", "constructor"],
    ["--to", "0"],
    ["--send", "\\q"],
    ["--send-hex", "0"],
    ["--send", "x", "--every", "0s"],
    ["--send", "x", "--every", "1s", "--count", "0"],
  ]) {
    assert.equal(await status("connect", `tcp://127.0.0.1:${port}`, ...flags), 2, flags.join(" "));
  }
});
