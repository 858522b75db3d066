import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../../needs.js";
import { firstLine, withRunServer } from "./run-server.js";

const posix = needs("linux");

test("both outputs come apart and byte for byte, with the status", posix, async () => {
  await withRunServer(async ({ peer, folder }) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    writeFileSync(join(folder, "bytes"), bytes);
    const { stdout, stderr, status, signal } = await peer
      .run(["sh", "-c", "cat bytes; cat bytes bytes >&2; exit 7"])
      .collect();
    assert.deepEqual(stdout, bytes);
    assert.deepEqual(stderr, Buffer.concat([bytes, bytes]));
    assert.deepEqual([status, signal], [7, undefined]);
  });
});

test("arguments are given as they are, and a shell reads them only where it is asked for", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const odd = ["$HOME", "*", "a b", "", "'\"", "-n", "\n", "ü\u{1f600}"];
    const { stdout } = await peer.run(["printf", "%s\\0", ...odd]).collect();
    assert.deepEqual(stdout.toString().split("\0").slice(0, -1), odd);
    const shell = await peer.run(["echo a | tr a b; exit", "3"], { shell: true }).collect();
    assert.deepEqual([shell.stdout.toString(), shell.status], ["b\n", 3]);
  });
});

test("a signal is told by name and as 128 + n", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const { status, signal } = await peer.run(["sh", "-c", "kill -KILL $$"]).collect();
    assert.deepEqual([status, signal], [137, "SIGKILL"]);
    const run = peer.run(["sh", "-c", 'trap "exit 5" INT; echo ready; while :; do sleep 0.05; done']);
    assert.equal(await firstLine(run.stdout), "ready");
    run.kill("SIGINT");
    assert.equal((await run.collect()).status, 5);
  });
});

test("input far beyond its window comes through whole, and its end is told", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const input = randomBytes(9 * 2 ** 20 + 17);
    const { stdout, status } = await peer.run(["cat"], { input }).collect();
    assert.equal(status, 0);
    assert.ok(stdout.equals(input));
  });
});

test("a command that does not read its input ends all the same, and so does one that has none", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const run = peer.run(["true"], { input: randomBytes(4 * 2 ** 20) });
    assert.equal((await run.collect()).status, 0);
    assert.equal((await peer.run(["cat"], { input: "none" }).collect()).stdout.length, 0);
    assert.equal((await peer.run(["cat"]).collect()).status, 0);
  });
});

test("a command that was never started says why, and the connection goes on", posix, async () => {
  await withRunServer(async ({ peer, folder }) => {
    writeFileSync(join(folder, "no-program"), "x", { mode: 0o644 });
    const failures = [
      [["no-such-program"], {}, "E_NO_PROGRAM"],
      [["./no-program"], {}, "E_CANNOT_RUN"],
      [["ls"], { cwd: "nowhere" }, "E_NOT_FOUND"],
      [["ls"], { cwd: "no-program" }, "E_NOT_A_FOLDER"],
    ] as const;
    for (const [argv, options, code] of failures) {
      await assert.rejects(peer.run(argv, { ...options, input: Buffer.from("x") }).collect(), { code });
      assert.equal((await peer.run(["true"]).collect()).status, 0);
    }
    for (const argv of [[], [""], ["a\0b"]]) assert.throws(() => peer.run(argv), { code: "E_USAGE" });
  });
});

test(
  "the folder and the variables are those that were asked for; the server's secrets are not among them",
  posix,
  async () => {
    process.env.SAMPAN_SECRET = "of the server";
    process.env.SOME_KEY = "of whoever started it";
    try {
      await withRunServer(async ({ peer, folder }) => {
        mkdirSync(join(folder, "inner"));
        const options = { cwd: "inner", env: { GIVEN: "a=b" } };
        const { stdout } = await peer.run(["sh", "-c", "pwd; env"], options).collect();
        const [where, ...lines] = stdout.toString().trimEnd().split("\n");
        assert.equal(where, join(folder, "inner"));
        assert.ok(lines.includes("GIVEN=a=b"));
        assert.ok(lines.includes(`PATH=${process.env.PATH}`));
        assert.deepEqual(
          lines.filter((line) => /^SAMPAN_|^SOME_KEY/.test(line)),
          [],
        );
        const elsewhere = await peer.run(["pwd"], { cwd: "/" }).collect();
        assert.equal(elsewhere.stdout.toString(), "/\n");
      });
    } finally {
      delete process.env.SAMPAN_SECRET;
      delete process.env.SOME_KEY;
    }
  },
);

test("a command is ended when its time is over", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const { status, timedOut, signal } = await peer.run(["sleep", "600"], { timeoutMs: 50 }).collect();
    assert.deepEqual([status, timedOut, signal], [143, true, "SIGTERM"]);
  });
});

test("what a command leaves behind with its output open does not hold it up for ever", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const run = peer.run(["sh", "-c", 'sleep 600 & echo "$!"; exit 4']);
    const { stdout, status, leftOpen } = await run.collect();
    const left = Number(stdout.toString());
    // It is left alone, as ssh leaves it; this test started it, and ends it.
    process.kill(left, "SIGKILL");
    assert.deepEqual([status, leftOpen], [4, true]);
  });
});

test("what such a one still prints is not lost", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const { stdout, leftOpen } = await peer.run(["sh", "-c", "(sleep 0.3; echo late) & echo soon"]).collect();
    assert.deepEqual([stdout.toString(), leftOpen], ["soon\nlate\n", false]);
  });
});

test("collecting more than was allowed ends the command", posix, async () => {
  await withRunServer(async ({ peer, event }) => {
    await assert.rejects(peer.run(["yes"]).collect({ maxBytes: 100_000 }), { code: "E_TOO_LARGE" });
    assert.equal((await event("run-end")).signal, "SIGKILL");
  });
});

test("an aborted run rejects, and the command ends", posix, async () => {
  await withRunServer(async ({ peer, event }) => {
    const controller = new AbortController();
    const run = peer.run(["sleep", "600"], { signal: controller.signal });
    await run.started;
    controller.abort();
    await assert.rejects(run.result, { code: "E_INTERRUPTED" });
    assert.equal((await event("run-end")).signal, "SIGTERM");
  });
});

test("several commands at once on one peer do not mix", posix, async () => {
  await withRunServer(async ({ peer }) => {
    const runs = Array.from({ length: 12 }, (_, index) =>
      peer.run(["sh", "-c", `echo ${index}; exit ${index}`]).collect(),
    );
    const results = await Promise.all(runs);
    assert.deepEqual(
      results.map(({ stdout, status }) => [stdout.toString(), status]),
      results.map((_, index) => [`${index}\n`, index]),
    );
  });
});
