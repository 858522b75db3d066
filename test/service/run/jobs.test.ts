import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { keptOutputBytes } from "../../../src/wire/limits.js";
import { needs } from "../../needs.js";
import { firstLine, withRunServer } from "./run-server.js";

const posix = needs("linux");

test("a detached command goes on when its peer has left, and is followed later", posix, async () => {
  await withRunServer(async ({ link, peer, event }) => {
    const other = await connect(link);
    const { id } = await other.jobs.start([
      "sh",
      "-c",
      'echo one; trap "echo two; exit 3" TERM; while :; do sleep 0.05; done',
    ]);
    await other.close();
    const [job] = await peer.jobs.list();
    assert.deepEqual([job?.id, job?.detached, job?.status, job?.argv[0]], [id, true, undefined, "sh"]);
    const run = peer.jobs.attach(id);
    assert.equal(await firstLine(run.stdout), "one");
    await peer.jobs.kill(id);
    const { stdout, status } = await run.collect();
    assert.deepEqual([stdout.toString(), status], ["two\n", 3]);
    await event("run-end");
    const again = await peer.jobs.attach(id).collect();
    assert.deepEqual([again.stdout.toString(), again.status], ["one\ntwo\n", 3]);
    assert.equal((await peer.jobs.list())[0]?.status, 3);
  });
});

test("of a detached command's output the newest is kept, and the rest is counted", posix, async () => {
  await withRunServer(async ({ peer, event }) => {
    const bytes = 3 * keptOutputBytes;
    const { id } = await peer.jobs.start(["sh", "-c", `head -c ${bytes} /dev/zero; echo the end`]);
    await event("run-end");
    const run = peer.jobs.attach(id);
    const { droppedBytes } = await run.started;
    const { stdout } = await run.collect();
    assert.equal(droppedBytes + stdout.length, bytes + 8);
    assert.ok(stdout.length <= keptOutputBytes && stdout.length > keptOutputBytes / 2, String(stdout.length));
    assert.ok(stdout.subarray(-8).equals(Buffer.from("the end\n")));
  });
});

test("two may follow the same command", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const { id } = await peer.jobs.start(["sh", "-c", "seq 1 100000; sleep 0.2; echo end"]);
    const [one, two] = await Promise.all([peer.jobs.attach(id).collect(), peer.jobs.attach(id).collect()]);
    assert.match(one.stdout.toString(), /100000\nend\n$/);
    assert.ok(one.stdout.equals(two.stdout));
  });
});

test("a command that belongs to somebody is not followed, but may be killed", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const run = peer.run(["sleep", "600"]);
    const { id } = await run.started;
    await assert.rejects(peer.jobs.attach(id).collect(), { code: "E_BUSY" });
    await assert.rejects(peer.jobs.kill(id, "SIGNONSENSE"), { code: "E_USAGE" });
    await peer.jobs.kill(id, "SIGKILL");
    assert.equal((await run.collect()).signal, "SIGKILL");
    await assert.rejects(peer.jobs.kill(id), { code: "E_NOT_FOUND" });
    await assert.rejects(peer.jobs.attach("nothing").collect(), { code: "E_NOT_FOUND" });
    assert.deepEqual(await peer.jobs.list(), []);
  });
});
