import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../../src/session/files/progress.js";
import { SendTally } from "../../../src/session/files/send-tally.js";
import { MemoryDisk } from "../memory-disk.js";
import { file } from "../memory-tree.js";
import { codeOfRejection, get, put, serving } from "../two-parties.js";
import { VirtualClock } from "../virtual-clock.js";

const MiB = 2 ** 20;

for (const direction of ["get", "put"] as const) {
  test(`${direction}: a path that falls silent after a burst leaves the last word on how far it came`, async () => {
    const from = new MemoryDisk();
    from.nodes.set("from", file(new Uint8Array(8 * MiB).fill(1)));
    const to = new MemoryDisk();
    const events: FilesEvent[] = [];
    const parties = serving(direction === "get" ? from : to);
    const path = { silentAfterBytes: 5.5 * MiB };
    const connection = await parties.dial(direction === "get" ? { back: path } : { there: path });
    const moved =
      direction === "get"
        ? get(parties, connection, to, ["from"], { events })
        : put(parties, connection, from, { events });
    // The server of a put hears nothing any more either, and is first to say so.
    assert.equal(await codeOfRejection(moved), direction === "get" ? "E_SILENT" : "E_CONNECTION_LOST");
    const told = events.flatMap((event) => (event.event === "progress" ? [event.bytes] : []));
    assert.equal(told.at(-1), 5 * MiB, `told ${told}`);
    assert.ok(told.length < 10, `said ${told.length} times, though nothing moved`);
  });
}

test("a receiver that tells how far it is a thousand times at once is heard once, and in the end", async () => {
  const clock = new VirtualClock();
  const told: number[] = [];
  const tally = new SendTally(clock, (event) => void (event.event === "progress" && told.push(event.bytes)));
  for (let bytes = 1; bytes <= 1000; bytes++) tally.got({ bytes, arrived: bytes });
  assert.deepEqual(told, [1]);
  await clock.pass(1000);
  assert.deepEqual(told, [1, 1000]);
  tally.got({ bytes: 1001, arrived: 1001 });
  tally.got({ bytes: 1002, arrived: 1002 });
  tally.stop();
  await clock.pass(1000);
  assert.deepEqual(told, [1, 1000, 1001], "nothing is said after the end");
  assert.equal(clock.waiting, 0);
});
