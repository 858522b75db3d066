import assert from "node:assert/strict";
import { test } from "node:test";
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
