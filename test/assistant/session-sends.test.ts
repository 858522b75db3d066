import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { textEncoding } from "../../src/service/text-encoding.js";
import { parseChecksum } from "../../src/wire/checksum.js";
import { AssistantProcess, dial, listen } from "./assistant-process.js";

const loopback = "tcp://127.0.0.1:0";

test("text and bytes of the flags are sent to each peer in the order in which they were given", async (context) => {
  const flags = ["--send", "a\\x00", "--send-hex", "01 02", "--send", "b"];
  const server = new AssistantProcess(context, ["listen", loopback, ...flags, "--json"]);
  const port = await server.port();
  for (let client = 0; client < 2; client++) await (await dial(context, port)).has("a\0\x01\x02b");
});

test("lines of standard input are as typed: escapes, a line end, commands", async (context) => {
  const server = await listen(context);
  const address = `tcp://127.0.0.1:${server.port}`;
  const client = new AssistantProcess(context, ["connect", address, "--eol", "crlf", "--send", "first"]);
  client.type("a\\tb\n/hex 01 02\n//slash\n\n/quit\n");
  const peer = await server.next();
  await peer.end();
  await peer.has("first\r\na\tb\r\n\x01\x02/slash\r\n\r\n");
  assert.equal(await client.ended, 0);
  const framed = new AssistantProcess(context, ["connect", address, "--frame", "u8"]);
  framed.type("你好\n/frame none\n/raw ff\nx\n");
  framed.endInput();
  const second = await server.next();
  await second.end();
  await second.has(Buffer.concat([Buffer.from([6]), Buffer.from("你好"), Buffer.from([0xff]), Buffer.from("x\n")]));
  second.socket.end();
  assert.equal(await framed.ended, 0);
});

test("timed sends are as many as were asked for, and then the stream ends", async (context) => {
  const server = await listen(context);
  const address = `tcp://127.0.0.1:${server.port}`;
  const flags = ["--send", "tick;", "--every", "5ms", "--count", "10"];
  const client = new AssistantProcess(context, ["connect", address, ...flags, "--json"]);
  client.endInput();
  const peer = await server.next();
  await peer.end();
  await peer.has("tick;".repeat(10));
  peer.socket.end();
  assert.equal(await client.ended, 0);
  assert.equal(client.all({ event: "sent", cause: "timed" }).length, 10);
});

test("of several peers one or all are sent to", async (context) => {
  const server = new AssistantProcess(context, ["listen", loopback, "--to", "2", "--send", "hello", "--json"]);
  const port = await server.port();
  const one = await dial(context, port);
  await server.event({ event: "opened", id: 1 });
  const two = await dial(context, port);
  await two.has("hello");
  const three = await dial(context, port);
  await server.event({ event: "opened", id: 3 });
  server.write({ send: " you" });
  server.write({ send: " all", to: "all" });
  server.write({ send: " three", to: 3 });
  await two.has("hello you all");
  await three.has(" all three");
  await one.has(" all");
});

test("a checksum is put behind what is sent, and checked on what comes: right and wrong", async (context) => {
  const flags = ["--append", "crc16-modbus", "--reply", "hex:01 03 (..) ..=>hex:01 83 $1", "--json"];
  const server = new AssistantProcess(context, ["listen", loopback, ...flags]);
  const peer = await dial(context, await server.port());
  const body = Buffer.from("01030500", "hex");
  const modbus = parseChecksum("crc16-modbus");
  peer.socket.write(Buffer.concat([body, modbus.tail(body)]));
  const right = await server.event({ event: "checksum" });
  assert.deepEqual(
    [right.ok, right.name, right.got],
    [true, "crc16-modbus", Buffer.from(modbus.tail(body)).toString("hex")],
  );
  const answer = Buffer.from("018305", "hex");
  const framed = Buffer.concat([answer, modbus.tail(answer)]);
  await peer.has(framed);
  peer.socket.write(Buffer.concat([body, Buffer.from("abcd", "hex")]));
  const wrong = await server.event({ event: "checksum", ok: false });
  assert.deepEqual([wrong.got, wrong.expected], ["abcd", right.got]);
  server.write({ send: "!" });
  const bang = Buffer.from("!");
  await peer.has(Buffer.concat([framed, bang, modbus.tail(bang)]));
  assert.equal(server.all({ event: "reply" }).length, 1, "what is damaged is not answered");
});

test("text is GBK both ways, a character cut between two reads as well", async (context) => {
  const gbk = await textEncoding("gbk");
  const server = new AssistantProcess(context, [
    "listen",
    loopback,
    "--encoding",
    "gbk",
    "--reply",
    "你好=>再见",
    "--frame",
    "line",
    "--json",
  ]);
  const peer = await dial(context, await server.port());
  const bytes = Buffer.from(gbk.encode("你好\n"));
  peer.socket.write(bytes.subarray(0, 1));
  await server.event({ event: "chunk" });
  peer.socket.write(bytes.subarray(1));
  assert.equal((await server.event({ event: "frame" })).text, "你好");
  await peer.has(Buffer.from(gbk.encode("再见\n")));
  server.write({ send: "中文" });
  await peer.has(Buffer.from(gbk.encode("再见\n中文\n")));
});

test("datagrams are chunks, each framed on its own, and answered where they came from", async (context) => {
  const flags = ["--frame", "line", "--reply", "PING=>PONG", "--json"];
  const server = new AssistantProcess(context, ["listen", "udp://127.0.0.1:0", ...flags]);
  const port = await server.port();
  const socket = createSocket("udp4");
  context.after(() => socket.close());
  socket.send("PING\nPING\n", port, "127.0.0.1");
  const [first] = (await once(socket, "message")) as [Buffer];
  assert.equal(first.toString(), "PONG\n");
  await server.event({ event: "frame", number: 2 });
  assert.equal((await server.event({ event: "opened" })).kind, "datagram");
  assert.equal(server.all({ event: "chunk" }).length, 1);
});
