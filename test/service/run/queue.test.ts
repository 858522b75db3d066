import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../needs.js";
import { withRunServer } from "./run-server.js";

const posix = needs("linux");

test("commands beyond the limit are told that they wait, and run in their turn", posix, async () => {
  await withRunServer(
    async ({ peer }) => {
      const first = peer.run(["cat"]);
      await first.started;
      const waits: number[] = [];
      const queue = (argv: string[]) =>
        new Promise<ReturnType<typeof peer.run>>((resolve) => {
          const run = peer.run(argv, {
            onQueued: (ahead) => {
              waits.push(ahead);
              resolve(run);
            },
          });
        });
      const second = await queue(["echo", "second"]);
      const controller = new AbortController();
      const gone = peer.run(["echo", "gone"], { signal: controller.signal, onQueued: () => controller.abort() });
      await assert.rejects(gone.result, { code: "E_INTERRUPTED" });
      const third = await queue(["echo", "third"]);
      assert.equal(waits[0], 0);
      first.stdin.end();
      assert.equal((await first.collect()).status, 0);
      assert.equal((await second.collect()).stdout.toString(), "second\n");
      assert.equal((await third.collect()).stdout.toString(), "third\n");
    },
    { allowRun: true, limits: { maxRuns: 1 } },
  );
});

test("one that could not be started gives its place back", posix, async () => {
  await withRunServer(
    async ({ peer }) => {
      for (let round = 0; round < 3; round++) {
        await assert.rejects(peer.run(["no-such-program"]).collect(), { code: "E_NO_PROGRAM" });
      }
      assert.equal((await peer.run(["true"]).collect()).status, 0);
    },
    { allowRun: true, limits: { maxRuns: 1 } },
  );
});
