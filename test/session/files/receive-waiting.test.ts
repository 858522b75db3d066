import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceiveLane } from "../../../src/session/files/receive-lane.js";
import { ReceiveSmall } from "../../../src/session/files/receive-small.js";
import type { ReceiveTally } from "../../../src/session/files/receive-tally.js";
import type { TargetTree } from "../../../src/session/ports.js";
import { fileEntry, sha256 } from "../../store/scratch.js";
import { MemoryDisk } from "../memory-disk.js";
import { file, folder } from "../memory-tree.js";
import { noise } from "../random-tree.js";
import { get, serving } from "../two-parties.js";

test("tiny files that wait for a slow disk hold up the connection like large ones", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  for (let at = 0; at < 8000; at++) from.nodes.set(`from/${at}`, file(noise(10, at)));
  const to = new MemoryDisk();
  const parties = serving(from);
  const connection = await parties.dial();
  const target = to.target();
  const { writeWhole } = target;
  let waiting = 0;
  let most = 0;
  to.slowness = () => new Promise((resolve) => void parties.clock.after(1000, resolve));
  target.writeWhole = async (files) => {
    waiting += files.length;
    most = Math.max(most, waiting);
    const problems = await writeWhole.call(target, files);
    waiting -= files.length;
    return problems;
  };
  const { problems, files } = await get(parties, connection, to, ["from"], { receive: { target } });
  assert.deepEqual([problems, files], [[], 8000]);
  assert.ok(most < 4000, `${most} waited`);
});

test("files of zeros, which come in a word, take no memory of their own where they wait", () => {
  const small = new ReceiveSmall({} as TargetTree, sha256, {} as ReceiveTally, false);
  const lane = { outstandingBytes: 0, ask: () => {}, cameInAWord: () => {} } as unknown as ReceiveLane;
  const lengths = [1, 1000, 1024 * 1024];
  lengths.forEach((bytes, id) => small.add({ ...fileEntry(`${id}`, bytes), id, source: 0 }, `${id}`));
  small.askOn(lane, 100 * 1024 * 1024);
  const files = lengths.map((length, id) => {
    const digest = sha256.hash(new Uint8Array(length));
    return small.accept({ id, index: 0, length, digest, how: "zero", content: new Uint8Array(0) }, lane);
  });
  assert.deepEqual(
    files.map((file) => file?.content.length),
    lengths,
  );
  assert.equal(new Set(files.map((file) => file?.content.buffer)).size, 1);
});
