import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk, shown } from "../memory-disk.js";
import { noise, oneFile } from "../random-tree.js";
import { codeOfRejection, get, put, serving } from "../two-parties.js";

const block = 1024 * 1024;

for (const isGet of [true, false]) {
  test(`a ${isGet ? "get" : "put"} whose connection is lost during the last sync of a file is not kept from it by itself`, async () => {
    const from = oneFile(noise(3 * block, 6));
    const to = new MemoryDisk();
    const parties = serving(isGet ? from : to);
    const run = async () => {
      const connection = await parties.dial();
      return isGet ? get(parties, connection, to) : put(parties, connection, from);
    };
    to.lastSync = () => {
      parties.pairs[0]?.cut();
      return new Promise((resolve) => void parties.clock.after(60_000, resolve));
    };
    assert.equal(await codeOfRejection(run()), "E_CONNECTION_LOST");
    const { problems } = await run();
    assert.deepEqual(problems, []);
    assert.deepEqual(shown(to, "from"), shown(from, "from"));
  });
}

test("a get that is stopped while it copies what is there already stops copying", async () => {
  const content = noise(9 * block, 7);
  const from = oneFile(content);
  const to = oneFile(Buffer.concat([content.subarray(0, 8 * block), noise(block, 8)]));
  const parties = serving(from);
  const connection = await parties.dial();
  to.slowness = () => new Promise((resolve) => void parties.clock.after(10, resolve));
  const target = to.target();
  const { begin } = target;
  let copied = 0;
  target.begin = async (path, entry) => {
    const part = await begin.call(target, path, entry);
    const { write } = part;
    part.write = (index, ...rest) => {
      if (index < 8 && ++copied === 2) parties.pairs[0]?.cut();
      return write(index, ...rest);
    };
    return part;
  };
  const done = get(parties, connection, to, ["from"], { receive: { target, checksum: true } });
  assert.equal(await codeOfRejection(done), "E_CONNECTION_LOST");
  await parties.clock.pass(1000);
  assert.equal(copied, 2);
  for (const part of to.parts.values()) assert.equal(part.locked, false, "a part is still held");
});
