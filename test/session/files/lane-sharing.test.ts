import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, shown } from "../memory-disk.js";
import { file, folder } from "../memory-tree.js";
import { noise } from "../random-tree.js";
import { get, put, serving } from "../two-parties.js";

const block = 1024 * 1024;
const bytesPerSecond = 4 * block;

/** About 30 MiB: one file, or many. */
function tree(isSmall: boolean): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  if (isSmall) for (let at = 0; at < 1500; at++) disk.nodes.set(`from/${at}`, file(noise(20_000, at)));
  else disk.nodes.set("from/film", file(noise(30 * block, 1)));
  return disk;
}

async function carry(isGet: boolean, isSmall: boolean, ...laneMs: number[]) {
  const from = tree(isSmall);
  const to = new MemoryDisk();
  const parties = serving(isGet ? from : to);
  const near = { latencyMs: 10 };
  const connection = await parties.dial({ there: near, back: near });
  const startedMs = parties.clock.nowMs();
  const lanes = { lanes: 1 + laneMs.length, laneFaults: laneMs.map((latencyMs) => ({ latencyMs })) };
  const result = isGet
    ? await get(parties, connection, to, ["from"], { ...lanes, request: { rate: bytesPerSecond } })
    : await put(parties, connection, from, { ...lanes, send: { bytesPerSecond } });
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
  assert.match(result.digest ?? "", /^sha256:/);
  const carried = parties.pairs.map(({ near: client, far }) => (isGet ? far : client).passedBytes);
  return { carried, seconds: (parties.clock.nowMs() - startedMs) / 1000 };
}

for (const isGet of [true, false]) {
  for (const isSmall of [true, false]) {
    const what = `${isGet ? "get" : "put"} of ${isSmall ? "many files" : "one file"}`;

    test(`${what}: a connection that joins late finds work left`, async () => {
      // It takes a second to join.
      const { carried } = await carry(isGet, isSmall, 250);
      assert.ok((carried[1] as number) > 4 * block, `carried ${carried}`);
    });

    test(`${what}: what hangs on a slow connection at the end comes over the other`, async () => {
      // Of 256 KiB in two seconds; eight blocks would take it a minute.
      const { carried, seconds } = await carry(isGet, isSmall, 1000);
      assert.ok((carried[1] as number) > 0, "it has taken part");
      assert.ok(seconds < 25, `${seconds} s, carried ${carried}`);
    });

    test(`${what}: what hangs on one of several slow connections is not given to another of them`, async () => {
      const { carried, seconds } = await carry(isGet, isSmall, 1000, 1000, 700, 600);
      assert.ok(seconds < 25, `${seconds} s, carried ${carried}`);
    });
  }
}
