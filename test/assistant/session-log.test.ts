import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AssistantProcess, dial, listen, scratchFolder } from "./assistant-process.js";

test("what a client sent is logged, and a replay gives a server the same bytes", async (context) => {
  const folder = scratchFolder(context);
  const log = join(folder, "client.ndjson");
  const server = new AssistantProcess(context, [
    "listen",
    "tcp://127.0.0.1:0",
    "--log",
    log,
    "--reply",
    "b=>back",
    "--json",
  ]);
  const peer = await dial(context, await server.port());
  const pieces = [Buffer.from("a"), Buffer.from([0, 255, 10]), Buffer.from("b"), Buffer.from("你")];
  for (const [count, piece] of pieces.entries()) {
    peer.socket.write(piece);
    await server.event({ event: "chunk" }, count + 1);
  }
  peer.socket.destroy();
  await server.event({ event: "closed" });
  server.kill("SIGTERM");
  assert.equal(await server.ended, 0);
  const lines = readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ event, dir }) => dir ?? event),
    ["log", "opened", "in", "in", "in", "out", "in", "closed"],
  );

  const sink = await listen(context);
  const address = `tcp://127.0.0.1:${sink.port}`;
  for (const speed of ["max", "1000000"]) {
    const client = new AssistantProcess(context, ["connect", address, "--replay", log, "--speed", speed, "--json"]);
    client.endInput();
    const replayed = await sink.next();
    await replayed.end();
    await replayed.has(Buffer.concat(pieces));
    replayed.socket.end();
    assert.equal(await client.ended, 0);
    assert.equal(client.all({ event: "sent", cause: "replay" }).length, pieces.length);
  }
  const other = new AssistantProcess(context, [
    "connect",
    address,
    "--replay",
    log,
    "--replay-side",
    "out",
    "--speed",
    "max",
    "--json",
  ]);
  other.endInput();
  const answer = await sink.next();
  await answer.end();
  await answer.has("back");
});

test("a damaged log, and one that exists, are refused before anything is sent", async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, "a.ndjson");
  writeFileSync(path, '{"event":"log","version":1,"role":"connect"}\n{"event":"chu');
  const replay = new AssistantProcess(context, ["connect", "tcp://127.0.0.1:1", "--replay", path, "--json"]);
  assert.equal(await replay.ended, 6);
  assert.match(String(replay.events[0]?.message), /line 2 of .*a\.ndjson .* cut off/);
  const again = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--log", path, "--json"]);
  assert.equal(await again.ended, 6);
  assert.equal(again.events[0]?.code, "E_EXISTS");
});
