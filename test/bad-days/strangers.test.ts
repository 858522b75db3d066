import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { connect as connectSealed } from "node:tls";
import { makeFile } from "./content.js";
import { Scene } from "./scene.js";

const strangers = 500;
const mostSeconds = 15;
const slackMs = 1000;

/** The beginnings of what a stranger may say: a TLS hello that stops, a message without end, no protocol at all. */
const beginnings = [
  Buffer.from("16030100f4010000f00303", "hex"),
  Buffer.from("0000ffff7b226b696e64223a2268656c6c6f", "hex"),
  Buffer.from("GET /index.html HTTP/1.1\r\nHost: x\r\n"),
];

/** Connects, says nothing (or a byte a second, or only the TLS handshake), and tells how long the server bore it. */
function stranger(number: number, port: number, open: Socket[]): Promise<number> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const isSealed = number % 50 === 1;
    const socket = isSealed
      ? connectSealed({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["sampan/1"] })
      : connect(port, "127.0.0.1");
    open.push(socket);
    let said = 0;
    const words = Buffer.concat([beginnings[number % beginnings.length] as Buffer, Buffer.alloc(60)]);
    const drip = number % 2 === 0 && setInterval(() => socket.write(words.subarray(said, ++said)), 1000);
    if (number % 4 === 3) socket.write(words.subarray(0, 11));
    socket.resume();
    socket.on("error", () => {});
    socket.on("close", () => {
      if (drip) clearInterval(drip);
      resolve((performance.now() - startedMs) / 1000);
    });
  });
}

test("500 strangers that never finish: an honest client is served, and each is put out within 15 s", async (t) => {
  const scene = new Scene(t);
  makeFile(scene.path("served", "note.txt"), 5000);
  const server = await scene.serve(scene.path("served"));
  const ls = async () => {
    const startedMs = performance.now();
    const run = await scene.run(["ls", ":"], server.link);
    assert.equal(run.status, 0, run.account());
    assert.equal(run.stdout, "note.txt\n");
    return performance.now() - startedMs;
  };
  const usualMs = median([await ls(), await ls(), await ls()]);
  const open: Socket[] = [];
  t.after(() => open.forEach((socket) => socket.destroy()));
  const borne = Promise.all(Array.from({ length: strangers }, (_, number) => stranger(number, server.port, open)));
  await Promise.all(open.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  const busyMs = median([await ls(), await ls(), await ls()]);
  assert.ok(open.filter((socket) => !socket.closed).length > 0.6 * strangers, "the strangers are still there");
  assert.ok(busyMs <= 2 * usualMs + slackMs, `${busyMs} ms instead of ${usualMs}`);
  const seconds = await borne;
  assert.ok(Math.max(...seconds) <= mostSeconds, `one was borne for ${Math.max(...seconds)} s`);
  await ls();
});

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}
