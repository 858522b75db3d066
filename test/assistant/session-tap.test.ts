import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { sampanOnTerminal } from "../cli/screen/pty-process.js";
import { needs } from "../needs.js";
import { AssistantProcess, dial, listen, scratchFolder } from "./assistant-process.js";

test("a tap shows chunks and frames of both directions, and logs them", async (context) => {
  const target = await listen(context);
  const log = join(scratchFolder(context), "tap.ndjson");
  const address = `tcp://127.0.0.1:${target.port}`;
  const tap = new AssistantProcess(context, [
    "tap",
    "tcp://127.0.0.1:0",
    address,
    "--frame",
    "line",
    "--append",
    "xor8",
    "--log",
    log,
    "--json",
  ]);
  const client = await dial(context, await tap.port());
  const server = await target.next();
  client.socket.write("ab\x03\ncd\x00\n");
  await server.has("ab\x03\ncd\x00\n");
  server.socket.write("x");
  await client.has("x");
  server.socket.end("x\n");
  await client.end();
  client.socket.end();
  await tap.event({ event: "closed" });
  const frames = tap.all({ event: "frame" }).map(({ dir, number, text }) => [dir, number, text]);
  assert.deepEqual(frames, [
    ["in", 1, "ab\x03"],
    ["in", 2, "cd\x00"],
    ["out", 1, "xx"],
  ]);
  assert.deepEqual(
    tap.all({ event: "checksum" }).map(({ ok }) => ok),
    [true, false, true],
  );
  assert.match(String(tap.all({ event: "opened" })[0]?.peer), new RegExp(` → 127\\.0\\.0\\.1:${target.port}$`));
  tap.kill("SIGTERM");
  assert.equal(await tap.ended, 0);
  const logged = readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { dir?: string; hex?: string });
  const bytes = (dir: string): string =>
    Buffer.from(
      logged
        .filter((line) => line.dir === dir)
        .map(({ hex }) => hex)
        .join(""),
      "hex",
    ).toString();
  assert.equal(bytes("in"), "ab\x03\ncd\x00\n");
  assert.equal(bytes("out"), "xx\n");

  const replayed = new AssistantProcess(context, ["connect", address, "--replay", log, "--speed", "max", "--json"]);
  replayed.endInput();
  const again = await target.next();
  await again.end();
  await again.has("ab\x03\ncd\x00\n");
});

test("a target that is not there is told, and the tap goes on", async (context) => {
  const tap = new AssistantProcess(context, ["tap", "tcp://127.0.0.1:0", "tcp://127.0.0.1:1", "--json"]);
  const port = await tap.port();
  for (const count of [1, 2]) {
    // It may be broken off before this end has even seen that it is connected.
    const client = net.connect(port, "127.0.0.1").on("error", () => {});
    await new Promise((resolve) => client.once("close", resolve).resume());
    assert.equal((await tap.event({ event: "problem" }, count)).code, "E_CONNECT");
  }
});

test("on a terminal a tap shows what goes by", { ...needs("python3", "linux"), timeout: 30_000 }, async (context) => {
  const target = await listen(context);
  const terminal = sampanOnTerminal(context, 80, ["tap", "tcp://127.0.0.1:0", `tcp://127.0.0.1:${target.port}`]);
  const port = Number(/listening on tcp:\/\/127\.0\.0\.1:(\d+)/.exec(await terminal.row(/listening on/))?.[1]);
  const client = await dial(context, port);
  const server = await target.next();
  client.socket.write("ask");
  await terminal.row(/ 1 ▸ 3 B {2}ask$/);
  await server.has("ask");
  server.socket.write("answer");
  await terminal.row(/ 1 ◂ 6 B {2}answer$/);
});
