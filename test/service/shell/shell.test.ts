import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { Printed, shellScene } from "./shell-scene.js";

const sh = ["/bin/sh"];

test("a shell has a terminal of the size asked for, in the folder asked for, and its exit status is ours", async (t) => {
  const { folder, peer, events } = await shellScene(t);
  mkdirSync(join(folder, "inner"));
  process.env.SAMPAN_SECRET_FOR_TEST = "1";
  t.after(() => delete process.env.SAMPAN_SECRET_FOR_TEST);
  const shell = await peer.shell({
    command: sh,
    folder: "inner",
    columns: 91,
    rows: 17,
    environment: { LANG: "C.UTF-8", TERM: "xterm", LD_PRELOAD: "/nowhere" },
  });
  const printed = new Printed(shell);
  shell.write("stty size; pwd; echo [$TERM][$LANG][$LD_PRELOAD][$SAMPAN_SECRET_FOR_TEST]; tty\n");
  await printed.until(/\/dev\/(pts|tty)/);
  assert.match(printed.utf8, /17 91\r/);
  assert.match(printed.utf8, /served\/inner\r$/m);
  assert.match(printed.utf8, /\[xterm\]\[C\.UTF-8\]\[\]\[\]\r/);
  shell.resize(120, 40);
  shell.write("stty size\n");
  await printed.until(/40 120\r/);
  shell.write("exit 7\n");
  assert.deepEqual(await shell.ended, { why: "exited", status: 7, signal: undefined });
  assert.ok(events.some((event) => event.event === "shell-begin" && event.shell === shell.id));
  assert.deepEqual(await peer.shells.list(), []);
  const log = readFileSync(join(folder, "..", "config", "runs.ndjson"), "utf8")
    .trim()
    .split("\n");
  const entries = log.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    entries.map(({ event, id, status }) => [event, id, status]),
    [
      ["shell-begin", shell.id, undefined],
      ["shell-end", shell.id, 7],
    ],
  );
});

test("a program that a signal ends gives 128 and the signal's number", async (t) => {
  const { peer } = await shellScene(t);
  const shell = await peer.shell({ command: ["sh", "-c", "kill -TERM $$"] });
  shell.resume();
  assert.deepEqual(await shell.ended, { why: "exited", status: 143, signal: 15 });
});

test("jobs are stopped, and go on", async (t) => {
  const { peer } = await shellScene(t);
  const shell = await peer.shell({ command: ["/bin/bash", "--norc", "--noprofile"] });
  const printed = new Printed(shell);
  await printed.until(/[$#] $/);
  // What is typed before cat has the terminal could be echoed once or twice.
  shell.write("echo go''ing; cat\n");
  await printed.until(/going\r\n/);
  shell.write("heard\n");
  await printed.until(/heard\r\nheard\r\n/);
  shell.write("\x1a");
  await printed.until(/Stopped/);
  shell.write("jobs; fg\n");
  await printed.until(/Stopped +cat\r\ncat\r\n/);
  shell.write("again\n");
  await printed.until(/again\r\nagain\r\n/);
  shell.write("\x03");
  await printed.until(/\^C\r\n.*# $/s);
  shell.write("exit 3\n");
  assert.deepEqual(await shell.ended, { why: "exited", status: 3, signal: undefined });
});

test("wide characters pass, and the terminal erases them whole", async (t) => {
  const { peer } = await shellScene(t);
  const shell = await peer.shell({
    command: ["sh", "-c", 'read line; echo "[$line]"'],
    environment: { LANG: "C.UTF-8" },
  });
  const printed = new Printed(shell);
  // Without IUTF8 the erase character takes one byte of three.
  shell.write("舢板é\x7f好😀\n");
  await printed.until(/\[舢板好😀\]/);
  await shell.ended;
});

test("the last bytes of fast output are never lost", async (t) => {
  const { peer } = await shellScene(t);
  for (let round = 0; round < 20; round++) {
    const shell = await peer.shell({ command: ["sh", "-c", "seq 1 4000; printf END"] });
    const printed = new Printed(shell);
    const end = await shell.ended;
    await printed.until(/END$/);
    assert.deepEqual(end, { why: "exited", status: 0, signal: undefined });
    const wanted = `${Array.from({ length: 4000 }, (_, at) => at + 1).join("\r\n")}\r\nEND`;
    assert.equal(printed.text, wanted);
  }
});

test("a megabyte pasted into a terminal arrives whole, by lines and raw", async (t) => {
  const { folder, peer } = await shellScene(t);
  const lines = Array.from({ length: 16_384 }, () => randomBytes(31).toString("hex").slice(0, 63)).join("\n");
  const text = Buffer.from(`${lines}\n`);
  const byLines = await peer.shell({ command: ["sh", "-c", "stty -echo; echo ready; cat > lines"] });
  await new Printed(byLines).until(/ready/);
  byLines.write(text);
  byLines.write("\x04");
  assert.deepEqual(await byLines.ended, { why: "exited", status: 0, signal: undefined });
  assert.equal(hash(readFileSync(join(folder, "lines"))), hash(text));

  const bytes = randomBytes(2 ** 20);
  const raw = await peer.shell({ command: ["sh", "-c", `stty raw -echo; echo ready; head -c ${2 ** 20} > raw`] });
  await new Printed(raw).until(/ready/);
  raw.write(bytes);
  assert.deepEqual(await raw.ended, { why: "exited", status: 0, signal: undefined });
  assert.equal(hash(readFileSync(join(folder, "raw"))), hash(bytes));
});

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("no shell without the right, with a list of programs only, or for a program that is not there", async (t) => {
  const { server, peer } = await shellScene(t);
  const reader = await connect(server.readLink);
  t.after(() => reader.close());
  await assert.rejects(reader.shell(), { code: "E_RIGHTS" });
  await assert.rejects(peer.shell({ command: ["no-such-program-anywhere"] }), { code: "E_NO_PROGRAM" });
  await assert.rejects(peer.shell({ folder: "no/such/folder" }), { code: "E_NOT_FOUND" });
  await assert.rejects(peer.shell({ attach: "00000000" }), { code: "E_NOT_FOUND" });
  const limited = await shellScene(t, { allowRun: ["git"] });
  await assert.rejects(limited.peer.shell(), { code: "E_RIGHTS" });
});

test("shells beyond the limit are refused, and one that has ended makes room", async (t) => {
  const { peer } = await shellScene(t, { limits: { maxShells: 2 } });
  const first = await peer.shell({ command: sh });
  const second = await peer.shell({ command: sh });
  await assert.rejects(peer.shell({ command: sh }), { code: "E_BUSY" });
  assert.equal((await peer.shells.list()).length, 2);
  await peer.shells.end(first.id);
  first.resume();
  assert.equal((await first.ended).why, "exited");
  const third = await peer.shell({ command: sh });
  assert.notEqual(third.id, second.id);
});
