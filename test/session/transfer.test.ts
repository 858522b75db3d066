import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { holds } from "./holds.js";
import { MemoryDisk, shown } from "./memory-disk.js";
import { randomDisk } from "./random-tree.js";
import { get, put, serving } from "./two-parties.js";
import { seeded } from "./virtual-clock.js";

const seeds = { numRuns: 25, seed: 20_240_901, examples: [[1], [2], [3]] as [number][] };
const anySeed = fc.integer({ min: 1, max: 2 ** 31 });

function weather(seed: number): { there: object; back: object } {
  const random = seeded(seed ^ 0x5eed);
  return { there: { latencyMs: Math.floor(random() * 200) }, back: { latencyMs: Math.floor(random() * 200) } };
}

test("a get brings any tree whole, whatever the splits and delays", async () => {
  await holds(
    fc.asyncProperty(anySeed, async (seed) => {
      const from = randomDisk(seed);
      const to = new MemoryDisk();
      const parties = serving(from, { seed });
      const connection = await parties.dial(weather(seed));
      const result = await get(parties, connection, to);
      assert.deepEqual(shown(to, "from"), shown(from, "from"));
      assert.deepEqual(result.problems, []);
      assert.match(result.digest ?? "", /^sha256:[0-9a-f]{64}$/);
      assert.equal(to.parts.size, 0);
      assert.deepEqual(parties.refused, []);
    }),
    seeds,
  );
});

test("a put brings any tree whole, over one connection or several, and both ends have the same digest", async () => {
  await holds(
    fc.asyncProperty(anySeed, async (seed) => {
      const from = randomDisk(seed);
      const to = new MemoryDisk();
      const parties = serving(to, { seed });
      const connection = await parties.dial(weather(seed));
      const result = await put(parties, connection, from, { lanes: 1 + (seed % 3), source: { batch: 1 + (seed % 7) } });
      assert.deepEqual(shown(to, "from"), shown(from, "from"));
      assert.deepEqual(result.problems, []);
      assert.match(result.digest ?? "", /^sha256:[0-9a-f]{64}$/);
      assert.deepEqual(parties.refused, []);
    }),
    seeds,
  );
});

test("a connection killed at any byte: the next one goes on, and no block that is down is sent again", async () => {
  await holds(
    fc.asyncProperty(anySeed, fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), async (seed, isGet, share) => {
      const from = randomDisk(seed);
      const to = new MemoryDisk();
      const run = async (fault: object) => {
        const parties = serving(isGet ? from : to, { seed });
        const where = isGet ? { back: fault } : { there: fault };
        const connection = await parties.dial(where);
        const done = isGet ? get(parties, connection, to) : put(parties, connection, from);
        try {
          return await done;
        } finally {
          await parties.clock.pass(20_000);
        }
      };
      const total = [...from.nodes.values()].reduce((sum, node) => sum + node.content.length, 0);
      const dieAfterBytes = 2000 + Math.floor(share * total);
      await run({ dieAfterBytes }).catch((error) => assert.equal(error.code, "E_CONNECTION_LOST"));
      // What was finished and lost only its last message is found to be the same by size and time, without a digest.
      const isUnfinished = to.finished.size + to.parts.size > 0;
      const before = new Set(to.written);
      to.written.length = 0;
      const result = await run({});
      assert.deepEqual(shown(to, "from"), shown(from, "from"));
      assert.deepEqual(
        to.written.filter((block) => before.has(block)),
        [],
        "sent again",
      );
      if (isUnfinished) assert.match(result.digest ?? "", /^sha256:/);
    }),
    {
      numRuns: 40,
      seed: 7,
      examples: [
        [4, true, 0.5],
        [4, false, 0.5],
      ],
    },
  );
});
