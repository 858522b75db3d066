import assert from "node:assert/strict";
import { test } from "node:test";
import { textEncoding } from "../../src/service/text-encoding.js";
import { headed, Scene } from "./classic-peer.js";

test("upper: all bytes, letters only changed, whatever the length", async (t) => {
  const scene = await Scene.start(t, "upper");
  const { connection } = await scene.client(t);
  const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));
  await connection.send(bytes);
  const expected = Buffer.from(
    bytes.toString("latin1").replace(/[a-z]/g, (letter) => letter.toUpperCase()),
    "latin1",
  );
  assert.ok((await connection.readExactly(5000)).equals(expected));
});

test("upper: a client that resets hurts no other, and the one that ends is answered before", async (t) => {
  const scene = await Scene.start(t, "upper");
  const [first, second] = [await scene.client(t), await scene.client(t)];
  first.socket.resetAndDestroy();
  await scene.event("disconnected");
  await second.connection.send(Buffer.from("still here"));
  second.connection.endSending();
  assert.equal((await second.connection.readExactly(10)).toString(), "STILL HERE");
  assert.equal(await second.connection.readSome(10), undefined);
});

test("upper-once: white space is stripped as bytes.strip() does, then the server closes", async (t) => {
  const scene = await Scene.start(t, "upper-once");
  const { connection } = await scene.client(t);
  await connection.send(Buffer.from(" \t\v\f\r\n a b \u00a0 \n"));
  assert.equal((await connection.readExactly(6)).toString(), "A B \u00a0");
  assert.equal(await connection.readSome(10), undefined);
});

test("ack: a character cut by a read comes with the next", async (t) => {
  const scene = await Scene.start(t, "ack", { encoding: await textEncoding("gbk") });
  const { connection } = await scene.client(t);
  const gbk = await textEncoding("gbk");
  const bytes = Buffer.from(gbk.encode("你好"));
  await connection.send(bytes.subarray(0, 3));
  await scene.event("text");
  await connection.send(bytes.subarray(3));
  const expected = Buffer.from(gbk.encode("我已收到您的请求[你],感谢您的关注!我已收到您的请求[好],感谢您的关注!"));
  assert.ok((await connection.readExactly(expected.length)).equals(expected));
});

for (const [what, length, code] of [
  ["a length of -1", -1, "E_PROTOCOL"],
  ["a length of 2^31 - 1", 2 ** 31 - 1, "E_TOO_LARGE"],
  ["less than was declared", 5, "E_CONNECTION_LOST"],
] as const) {
  test(`frames: ${what} ends that client`, async (t) => {
    const scene = await Scene.start(t, "frames");
    const { socket } = await scene.client(t);
    socket.end(Buffer.concat([headed("one"), headed(""), headed("two", length)]));
    assert.equal((await scene.event("disconnected")).code, code);
    const frames = scene.events.filter((event) => event.event === "frame");
    assert.deepEqual(
      frames.map(({ text }) => text),
      ["one", ""],
    );
  });
}

test("connections beyond the cap are turned away, and told", async (t) => {
  const scene = await Scene.start(t, "upper", { maxConnections: 2 });
  const first = await scene.client(t);
  await scene.client(t);
  await scene.event("connected", 2);
  const third = await scene.client(t);
  assert.equal((await scene.event("refused")).code, "E_BUSY");
  await assert.rejects(async () => {
    // Closed, by an end or by a reset.
    if ((await third.connection.readSome(1)) === undefined) throw new Error("ended");
  });
  await first.connection.send(Buffer.from("a"));
  assert.equal((await first.connection.readExactly(1)).toString(), "A");
});
