import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestHandler } from "../../src/session/served-connection.js";
import { encodeMessage } from "../../src/wire/message.js";
import { MemoryDisk } from "./memory-disk.js";
import { folder } from "./memory-tree.js";
import { noise, oneFile } from "./random-tree.js";
import { Parties, serving } from "./two-parties.js";

const MiB = 1024 * 1024;

test("a peer that asks and never reads is put out with E_TOO_LARGE, and what waits for it stays below 17 MiB", async () => {
  const chatty: RequestHandler = {
    right: "read",
    endsConnection: false,
    async handle(_request, { channel }) {
      channel.send({ kind: "end", said: "x".repeat(60_000) });
    },
  };
  const parties = new Parties({ handlers: new Map([["chat", chatty]]) });
  const { near, far } = parties.link();
  near.pause();
  near.send(encodeMessage({ kind: "hello", versions: [1], token: "good" }));
  let most = 0;
  for (let count = 0; count < 1000; count++) {
    near.send(encodeMessage({ kind: "chat" }));
    await parties.clock.pass(1);
    most = Math.max(most, far.queuedBytes);
  }
  assert.deepEqual(
    parties.refused.map(({ code }) => code),
    ["E_TOO_LARGE"],
  );
  assert.ok(most > 15 * MiB && most < 17 * MiB, `${most} bytes waited`);
  assert.equal(far.queuedBytes, 0);
});

test("a sender waits with its offers, and with its blocks, for a receiver that does not read", async () => {
  const wide = new MemoryDisk();
  wide.nodes.set("from", folder());
  for (let count = 0; count < 40_000; count++) wide.nodes.set(`from/${"folder ".repeat(20)}${count}`, folder());
  const large = oneFile(noise(64 * MiB, 1));
  for (const disk of [wide, large]) {
    const parties = serving(disk);
    const { near, far } = parties.link();
    near.pause();
    near.send(encodeMessage({ kind: "hello", versions: [1], token: "good" }));
    near.send(encodeMessage({ kind: "get", paths: ["from"] }));
    await parties.clock.pass(10);
    near.send(encodeMessage({ kind: "want", parts: disk === large ? [[0, 0, 64]] : [] }));
    let most = 0;
    for (let second = 0; second < 20; second++) {
      near.send(encodeMessage({ kind: "ping" }));
      await parties.clock.pass(1000);
      most = Math.max(most, far.queuedBytes);
    }
    assert.ok(most > 0.5 * MiB && most < 6 * MiB, `${most} bytes waited`);
    assert.deepEqual(parties.refused, []);
  }
});
