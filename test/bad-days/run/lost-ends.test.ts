import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { needs } from "../../needs.js";
import { Scene } from "../scene.js";
import { isRunning, serveRuns, untilGone } from "./run-scene.js";

const posix = needs("linux");

test(
  "a client that is killed takes its command with it, and what that has started; no zombie stays",
  posix,
  async (t) => {
    const scene = new Scene(t);
    const server = await serveRuns(scene, "served");
    const script = 'sleep 600 & echo "pids $$ $!"; wait';
    const client = scene.start(["run", ":", "--json", "--", "sh", "-c", script], server.runLink);
    const { text } = await client.event((event) => event.event === "output");
    const pids = (String(text).match(/\d+/g) ?? []).map(Number);
    assert.equal(pids.length, 2);
    client.kill("SIGKILL");
    const end = await server.process.event("run-end");
    assert.deepEqual([end.signal, end.status], ["SIGTERM", 143]);
    for (const pid of pids) await untilGone(pid);
    assert.ok(!existsSync(`/proc/${pids[0]}`), "the command was not waited for");
  },
);

test("a command that ignores SIGTERM is killed, and so is its whole group", posix, async (t) => {
  const scene = new Scene(t);
  const server = await serveRuns(scene, "served");
  const script = "trap '' TERM; echo ready; while :; do sleep 0.1; done";
  const client = scene.start(["run", ":", "--json", "--", "sh", "-c", script], server.runLink);
  await client.event((event) => event.event === "output");
  client.kill("SIGKILL");
  const end = await server.process.event("run-end");
  assert.equal(end.signal, "SIGKILL");
  assert.ok(Number(end.seconds) >= 4.9, `killed after ${String(end.seconds)} s`);
});

test("a server that is killed is told plainly, with status 125", posix, async (t) => {
  const scene = new Scene(t);
  const server = await serveRuns(scene, "served");
  const client = scene.start(["run", ":", "--json", "--", "sh", "-c", "echo $$; exec sleep 600"], server.runLink);
  const { text } = await client.event((event) => event.event === "output");
  server.process.kill("SIGKILL");
  await client.ended;
  process.kill(Number(text), "SIGKILL");
  const error = client.last("error");
  assert.equal(error?.code, "E_CONNECTION_LOST", client.account());
  assert.equal(client.status, 125);
});

test("a server that is closed ends its commands, detached ones too", posix, async (t) => {
  const scene = new Scene(t);
  const server = await serveRuns(scene, "served");
  const detached = await scene.run(["run", ":", "--detach", "--", "sleep", "600"], server.runLink);
  const id = detached.stdout.trim();
  const client = scene.start(["run", ":", "--json", "--", "sleep", "600"], server.runLink);
  await client.event("started");
  server.process.kill("SIGTERM");
  await Promise.all([server.process.ended, client.ended]);
  assert.equal(server.process.status, 0, server.process.account());
  const ends = server.process.all("run-end");
  assert.equal(ends.length, 2);
  assert.ok(ends.some((end) => end.id === id));
  assert.equal(client.status, 125);
});

test(
  "Ctrl-C is passed on, and the status is what the command makes of it; a second one ends the client",
  posix,
  async (t) => {
    const scene = new Scene(t);
    const server = await serveRuns(scene, "served");
    const polite = "trap 'echo got it; exit 42' INT; echo ready; while :; do sleep 0.05; done";
    const client = scene.start(["run", ":", "--json", "--", "sh", "-c", polite], server.runLink);
    await client.event((event) => event.text === "ready\n");
    client.kill("SIGINT");
    await client.ended;
    assert.equal(client.status, 42, client.account());
    assert.ok(client.events.some(({ text }) => text === "got it\n"));

    const deaf = "trap 'echo no' INT; trap '' TERM; echo $$; while :; do sleep 0.05; done";
    const other = scene.start(["run", ":", "--json", "--", "sh", "-c", deaf], server.runLink);
    const { text } = await other.event((event) => event.event === "output");
    // The server is killed before it would kill this one.
    scene.after(() => isRunning(Number(text)) && process.kill(Number(text), "SIGKILL"));
    other.kill("SIGINT");
    await other.event((event) => event.text === "no\n");
    other.kill("SIGINT");
    await other.ended;
    assert.equal(other.status, 130, other.account());
  },
);

test("a server that is interrupted twice kills what does not want to end", posix, async (t) => {
  const scene = new Scene(t);
  const server = await serveRuns(scene, "served");
  const script = "trap '' TERM; echo $$; while :; do sleep 0.1; done";
  const client = scene.start(["run", ":", "--json", "--", "sh", "-c", script], server.runLink);
  const { text } = await client.event((event) => event.event === "output");
  server.process.kill("SIGINT");
  await client.ended;
  server.process.kill("SIGINT");
  await server.process.ended;
  assert.equal(server.process.status, 130);
  await untilGone(Number(text));
});
