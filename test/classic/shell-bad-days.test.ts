import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { OutputSpool } from "../../src/classic/output-spool.js";
import type { ProtocolName } from "../../src/classic/protocol-name.js";
import { needs } from "../needs.js";
import { rejected } from "../store/scratch.js";
import { Scene, scratch } from "./classic-peer.js";

function start(t: TestContext, protocol: ProtocolName, maxOutputBytes = 2 ** 30): Promise<Scene> {
  return Scene.start(t, protocol, { allowShell: true, maxOutputBytes });
}

/** Whether a process runs; a zombie counts. */
function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function gone(pid: number): Promise<void> {
  while (isThere(pid) && !/^State:\s+Z/m.test(stateOf(pid))) await new Promise((resolve) => setTimeout(resolve, 5));
}

function stateOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}

test("a shell that is not allowed is refused", async (t) => {
  await rejected("E_RIGHTS", Scene.start(t, "shell"), /--allow-shell/);
});

suite("commands", needs("linux"), () => {
  for (const [how, leave] of [
    ["in order", "end"],
    ["by a reset", "resetAndDestroy"],
  ] as const) {
    for (const trap of leave === "end" ? [""] : ["", "trap '' TERM; "]) {
      test(`a client that leaves ${how} ends its command${trap && ", even one that ignores TERM"}`, async (t) => {
        const scene = await start(t, "shell");
        const folder = scratch(t);
        const { socket } = await scene.client(t);
        const pids = join(folder, "pids");
        // The shell itself, and a child of it: both belong to the group.
        socket.write(`${trap}sleep 1000 & echo $$ $! > ${pids}.new; mv ${pids}.new ${pids}; wait`);
        while (!existsSync(pids)) await new Promise((resolve) => setTimeout(resolve, 5));
        const [shell, child] = readFileSync(pids, "utf8").trim().split(" ").map(Number) as [number, number];
        assert.ok(isThere(shell) && isThere(child));
        socket[leave]();
        const ended = await scene.event("command-end");
        assert.equal(ended.outcome, "client-gone");
        assert.ok(!isThere(shell), "the shell is no zombie: it is waited for");
        await gone(child);
        await scene.event("disconnected");
      });
    }
  }

  test("closing the server ends the commands that run", async (t) => {
    const scene = await start(t, "shell-plain");
    const { socket } = await scene.client(t);
    socket.write("sleep 1000");
    await scene.event("command-begin");
    await scene.server.close();
    assert.equal((await scene.event("command-end")).outcome, "client-gone");
  });

  test("a client that sends without measure while its command runs is let go", async (t) => {
    const scene = await start(t, "shell");
    const { socket } = await scene.client(t);
    socket.write("sleep 1000");
    await scene.event("command-begin");
    socket.write(Buffer.alloc(2 ** 20));
    assert.equal((await scene.event("command-end")).outcome, "client-gone");
    assert.equal((await scene.event("disconnected")).code, "E_TOO_LARGE");
  });

  test("output beyond memory comes whole", async (t) => {
    const scene = await start(t, "shell");
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("head -c 5000000 /dev/zero; echo end >&2"));
    const length = (await connection.readExactly(4)).readInt32LE();
    assert.equal(length, 5_000_004);
    assert.equal((await connection.readExactly(length)).subarray(-5).toString(), "\0end\n");
  });

  test("a command that writes without end is ended, and what it wrote is answered", async (t) => {
    const scene = await start(t, "shell", 100_000);
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("yes"));
    const length = (await connection.readExactly(4)).readInt32LE();
    const output = (await connection.readExactly(length)).toString();
    assert.match(output, /^y\ny\n[^]*ended: it wrote more than 100000 bytes\n$/);
    assert.equal((await scene.event("command-end")).outcome, "too-long");
    await connection.send(Buffer.from("echo on"));
    assert.equal((await connection.readExactly(7)).subarray(4).toString(), "on\n");
  });

  test("a command that cannot be run is answered in words", async (t) => {
    const scene = await start(t, "shell");
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("a\0b"));
    const length = (await connection.readExactly(4)).readInt32LE();
    assert.match((await connection.readExactly(length)).toString(), /^sampan: the command cannot be run/);
  });

  test("a command that reads finds its input empty", async (t) => {
    const scene = await start(t, "shell");
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("cat; echo done"));
    assert.equal((await connection.readExactly(9)).subarray(4).toString(), "done\n");
  });

  test("shell-ready: the word in pieces, stuck to the next command, and another word", async (t) => {
    const scene = await start(t, "shell-ready");
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("echo one"));
    assert.equal((await connection.readExactly(1)).toString(), "4");
    await connection.send(Buffer.from("client_"));
    await connection.send(Buffer.from("readyecho two"));
    assert.equal((await connection.readExactly(5)).toString(), "one\n4");
    await connection.send(Buffer.from("never mind"));
    connection.endSending();
    assert.equal(await connection.readSome(100), undefined);
  });
});

test("a spool keeps order over memory and disk, and leaves no file", async (t) => {
  const folder = scratch(t);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  const spool = new OutputSpool(10);
  const parts = ["hello", "world and", "more", "", "x"];
  for (const part of parts) await spool.write(Buffer.from(part));
  assert.ok(spool.isOnDisk);
  const got: string[] = [];
  for await (const chunk of spool.chunks()) got.push(chunk.toString());
  assert.equal(got.join(""), parts.join(""));
  assert.equal(spool.bytes, parts.join("").length);
  spool.close();
});
