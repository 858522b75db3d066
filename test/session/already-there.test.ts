import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../src/session/files/progress.js";
import { ReceiveLane } from "../../src/session/files/receive-lane.js";
import { MemoryDisk, shown } from "./memory-disk.js";
import { file, folder, type MemoryNode } from "./memory-tree.js";
import { noise, oneFile, randomDisk } from "./random-tree.js";
import { get, put, serving } from "./two-parties.js";

const block = 1024 * 1024;

test("checksum: what is the same by content is left, what differs is fetched block by block", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  const content = noise(6 * block, 10);
  const changed = content.slice();
  changed.fill(1, 2 * block + 5, 2 * block + 9);
  from.nodes.set("from/changed", file(content));
  from.nodes.set("from/same", file(noise(3 * block, 11), 5));
  from.nodes.set("from/small", file(noise(300, 12)));
  from.nodes.set("from/small same", file(noise(200, 13), 6));
  const to = new MemoryDisk();
  to.nodes.set("from/changed", file(changed));
  to.nodes.set("from/same", file(noise(3 * block, 11), 7));
  to.nodes.set("from/small", file(noise(300, 99)));
  to.nodes.set("from/small same", file(noise(200, 13), 6));
  const parties = serving(from, { seed: 3 });
  const result = await get(parties, await parties.dial(), to, ["from"], { receive: { checksum: true } });
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
  assert.equal(result.receivedBytes, block + 300);
  assert.equal(result.skippedFiles, 2);
  assert.match(result.digest ?? "", /^sha256:/);
});

test("checksum: blocks of zeros that are there already are the same, and are not written again", async () => {
  const content = noise(4 * block, 20);
  content.fill(0, block, 3 * block);
  const to = oneFile(content.slice());
  const old = to.nodes.get("from");
  const parties = serving(oneFile(content));
  const result = await get(parties, await parties.dial(), to, ["from"], { receive: { checksum: true } });
  assert.equal(to.nodes.get("from"), old);
  assert.equal(result.skippedFiles, 1);
  assert.deepEqual(to.written, []);
});

test("checksum in a dry run: what differs is named, nothing is moved, and a digest vouches for what is all the same", async () => {
  const content = noise(40 * block, 21);
  const changed = content.slice().fill(1, 5 * block, 5 * block + 1);
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  for (const [name, one] of Object.entries({ large: content, "small one": noise(300, 22) })) {
    from.nodes.set(`from/${name}`, file(one));
    from.nodes.set(`from/${name} changed`, file(name === "large" ? changed : noise(300, 25)));
  }
  const to = new MemoryDisk();
  to.nodes.set("from", folder());
  for (const name of ["large", "small one"]) {
    to.nodes.set(`from/${name}`, file((from.nodes.get(`from/${name}`) as MemoryNode).content.slice(), 5));
    to.nodes.set(`from/${name} changed`, to.nodes.get(`from/${name}`) as MemoryNode);
  }
  const before = new Map(to.nodes);
  for (const isGet of [true, false]) {
    const look = async () => {
      const parties = serving(isGet ? from : to, { seed: 5 });
      const connection = await parties.dial();
      const events: FilesEvent[] = [];
      const flags = { checksum: true, dryRun: true };
      const result = isGet
        ? await get(parties, connection, to, ["from"], { receive: flags, events })
        : await put(parties, connection, from, { request: flags, events, lanes: 3 });
      const would = events.flatMap((event) =>
        event.event === "file-end" && event.outcome === "would" ? [event.path.replace(/^from\//, "")] : [],
      );
      assert.deepEqual([to.nodes, to.written, parties.refused], [before, [], []]);
      return { result, would: would.sort() };
    };
    const { result, would } = await look();
    assert.deepEqual(would, ["large changed", "small one changed"]);
    assert.equal(result.digest, undefined);
    const removed = would.map((name) => [`from/${name}`, from.nodes.get(`from/${name}`) as MemoryNode] as const);
    for (const [name] of removed) from.nodes.delete(name);
    const all = await look();
    assert.deepEqual(all.would, []);
    assert.match(all.result.digest ?? "", /^sha256:/);
    for (const [name, node] of removed) from.nodes.set(name, node);
  }
});

test("checksum in a dry run: what differs leaves nothing outstanding, and nothing less than that", async (t) => {
  const lanes = new Set<ReceiveLane>();
  const ask = ReceiveLane.prototype.askUnlessSame;
  t.mock.method(ReceiveLane.prototype, "askUnlessSame", function (this: ReceiveLane, ...asked: Parameters<typeof ask>) {
    lanes.add(this);
    ask.apply(this, asked);
  });
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  const to = new MemoryDisk();
  for (let count = 0; count < 10; count++) {
    from.nodes.set(`from/${count}`, file(noise(40 * block, 4 * count)));
    to.nodes.set(`from/${count}`, file(noise(40 * block, 4 * count + 2)));
  }
  const parties = serving(from, { seed: 9 });
  // Some blocks are still being read here when others have been found to differ.
  to.slowness = () => new Promise((done) => void parties.clock.after(20, () => done()));
  await get(parties, await parties.dial(), to, ["from"], { receive: { checksum: true, dryRun: true } });
  assert.deepEqual(
    [...lanes].map(({ outstandingBytes }) => outstandingBytes),
    [0],
  );
});

test("checksum: thousands of files are compared a few at a time", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  for (let count = 0; count < 2000; count++) from.nodes.set(`from/${count}`, file(noise(10, count)));
  const to = new MemoryDisk(new Map(from.nodes));
  const parties = serving(from);
  const result = await get(parties, await parties.dial(), to, ["from"], { receive: { checksum: true } });
  assert.equal(result.skippedFiles, 2000);
  assert.ok(to.mostOpenExisting <= 64, `${to.mostOpenExisting} files were open at once`);
});

test("checksum: a file here that changes between the comparison and the copy is not mixed in", async () => {
  const content = noise(6 * block, 14);
  const changed = content.slice().fill(1, 0, 5);
  const from = oneFile(content);
  const to = oneFile(changed);
  const parties = serving(from);
  const connection = await parties.dial({ back: { latencyMs: 500 } });
  parties.clock.after(700, () => {
    const now = to.nodes.get("from");
    if (now) to.nodes.set("from", { ...now, content: noise(6 * block, 1500) });
  });
  const result = await get(parties, connection, to, ["from"], { receive: { checksum: true } });
  const content2 = to.nodes.get("from")?.content as Uint8Array;
  const isWhole = Buffer.compare(content2, content) === 0 || Buffer.compare(content2, noise(6 * block, 1500)) === 0;
  assert.ok(isWhole, "mixed content under the name");
  assert.equal(result.problems.length > 0, Buffer.compare(content2, content) !== 0);
});

test("a dry run says what it would do, and does nothing", async () => {
  const from = randomDisk(5);
  const to = new MemoryDisk();
  const parties = serving(from);
  const events: { event: string; outcome?: string }[] = [];
  const result = await get(parties, await parties.dial(), to, ["from"], {
    receive: { dryRun: true, onEvent: (event) => void events.push(event) },
  });
  assert.deepEqual([...to.nodes.keys()], [""]);
  assert.equal(result.receivedBytes, 0);
  const files = [...from.nodes.values()].filter(({ type }) => type === "file").length;
  assert.equal(events.filter(({ outcome }) => outcome === "would").length, files);
});

test("existing files: skip leaves them, rename keeps both", async () => {
  const from = oneFile(noise(10, 17));
  for (const existing of ["skip", "rename"] as const) {
    const to = oneFile(noise(11, 18));
    const parties = serving(from);
    const result = await get(parties, await parties.dial(), to, ["from"], { receive: { existing } });
    assert.equal(to.nodes.get("from")?.content.length, 11);
    assert.equal(to.nodes.get("from (1)")?.content.length, existing === "rename" ? 10 : undefined);
    assert.equal(result.skippedFiles, existing === "skip" ? 1 : 0);
  }
});
