import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../src/session/files/progress.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { MemoryDisk, shown } from "./memory-disk.js";
import { file, folder, type MemoryNode } from "./memory-tree.js";
import { noise, oneFile, randomDisk } from "./random-tree.js";
import { codeOfRejection, get, put, serving } from "./two-parties.js";

const block = 1024 * 1024;

test("a damaged block is asked for again, and only that", async () => {
  const from = oneFile(noise(5 * block, 1));
  const to = new MemoryDisk();
  const parties = serving(from);
  const connection = await parties.dial({ back: { flipAt: [2 * block, 4 * block] } });
  const result = await get(parties, connection, to);
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
  assert.equal(result.receivedBytes, 7 * block);
  assert.match(result.digest ?? "", /^sha256:/);
});

test("a small file that comes damaged is asked for again; one that always does is a problem, and the rest arrives", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  from.nodes.set("from/a", file(noise(1000, 2)));
  from.nodes.set("from/b", file(noise(10, 3)));
  for (const [flips, problems] of [
    [1, []],
    [4, ["E_DIGEST"]],
  ] as const) {
    const to = new MemoryDisk();
    const parties = serving(from);
    const connection = await parties.dial();
    const { far } = parties.pairs[0] as (typeof parties.pairs)[0];
    const { send } = far;
    let left: number = flips;
    far.send = (bytes, sent) => {
      const isData = Buffer.from(bytes.subarray(0, 200)).includes('"kind":"data"');
      if (isData && left-- > 0) bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
      send.call(far, bytes, sent);
      if (isData && left >= 0 && bytes.length) return;
    };
    const result = await get(parties, connection, to);
    assert.deepEqual(
      result.problems.map(({ error }) => error.code),
      problems,
    );
    assert.equal(to.nodes.has("from/b"), problems.length === 0);
    assert.ok(to.nodes.has("from/a"));
  }
});

test("a file that changes while it is sent is a problem by name, nothing is put under its name, and the rest arrives", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  from.nodes.set("from/big", file(noise(4 * block, 4)));
  from.nodes.set("from/small", file(noise(4, 5)));
  for (const isGet of [true, false]) {
    from.nodes.set("from/big", file(noise(4 * block, 4)));
    const to = new MemoryDisk();
    to.nodes.set("from", folder());
    const old = file(noise(3, 6), 1);
    to.nodes.set("from/big", old);
    const parties = serving(isGet ? from : to);
    const connection = await parties.dial({ there: { latencyMs: 50 }, back: { latencyMs: 50 } });
    parties.clock.after(120, () => from.nodes.set("from/big", file(noise(4 * block, 7))));
    const result = isGet ? await get(parties, connection, to) : await put(parties, connection, from);
    assert.deepEqual(
      result.problems.map(({ path, error }) => [path.replace(/^from\//, ""), error.code]),
      [["big", "E_SOURCE_CHANGED"]],
    );
    assert.equal(to.nodes.get("from/big"), old);
    assert.ok(to.nodes.has("from/small"));
    assert.equal(result.digest, undefined);
  }
});

test("blocks of zeros cross the wire as a word, not as bytes", async () => {
  const content = new Uint8Array(6 * block);
  content.set(noise(block, 8), 3 * block);
  const from = oneFile(content);
  const to = new MemoryDisk();
  const parties = serving(from);
  const result = await get(parties, await parties.dial(), to);
  assert.equal(result.receivedBytes, block);
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
});

test("a stream of unknown length arrives, whatever its length, empty and exact blocks included", async () => {
  for (const length of [0, 1, block - 1, block, block + 1, 2 * block, 3 * block + 7, 40 * block]) {
    for (const isGet of [true, false]) {
      const from = oneFile(noise(length, length));
      const to = new MemoryDisk();
      const parties = serving(isGet ? from : to, { seed: length, source: { stream: isGet } });
      const connection = await parties.dial({ back: { latencyMs: 20 } });
      const result = isGet
        ? await get(parties, connection, to)
        : await put(parties, connection, from, { source: { stream: true } });
      assert.deepEqual(shown(to, "from"), shown(from, "from"), `${length} bytes`);
      assert.equal(result.bytes, length);
      assert.match(result.digest ?? "", /^sha256:/);
    }
  }
});

test("several connections share the work, and one of them dying loses nothing", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  for (let count = 0; count < 40; count++)
    from.nodes.set(`from/${count}`, file(noise(count % 3 ? block + 5 : 9000, count)));
  from.nodes.set("from/last", file(noise(60 * block, 41)));
  for (const dieAfterBytes of [undefined, 3000, 3 * block]) {
    for (const isGet of [true, false]) {
      const to = new MemoryDisk();
      const pause = () => new Promise<void>((resolve) => void parties.clock.after(20, resolve));
      const source = { batch: 1, pause };
      const parties = serving(isGet ? from : to, { source });
      const connection = await parties.dial({ there: { latencyMs: 10 }, back: { latencyMs: 10 } });
      const fault = { latencyMs: 10, ...(dieAfterBytes === undefined ? {} : { dieAfterBytes }) };
      const options = { lanes: 3, laneFaults: [fault, { latencyMs: 10 }], source };
      const result = isGet
        ? await get(parties, connection, to, ["from"], options)
        : await put(parties, connection, from, options);
      assert.deepEqual(shown(to, "from"), shown(from, "from"));
      assert.match(result.digest ?? "", /^sha256:/);
      const carried = parties.pairs.map(({ near, far }) => (isGet ? far : near).passedBytes);
      if (dieAfterBytes === undefined)
        assert.ok(
          carried.every((bytes) => bytes > 5 * block),
          `carried ${carried}`,
        );
    }
  }
});

test("a lane that dies with small files asked on it loses none of them", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  for (let count = 0; count < 300; count++) from.nodes.set(`from/${count}`, file(noise(20_000, count)));
  from.nodes.set("from/zz", file(noise(40 * block, 1)));
  const to = new MemoryDisk();
  const parties = serving(from);
  const connection = await parties.dial({ there: { latencyMs: 5 }, back: { latencyMs: 5 } });
  await get(parties, connection, to, ["from"], { lanes: 2, laneFaults: [{ dieAfterBytes: 200_000 }] });
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
});

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

test("--delete removes what was not offered, but nothing at all when something could not be walked or received", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  from.nodes.set("from/kept", file(noise(10, 1)));
  const world = () => {
    const to = new MemoryDisk();
    to.nodes.set("from", folder());
    to.nodes.set("from/old", file(noise(10, 2)));
    return to;
  };
  const clean = world();
  const receive = { removeOthers: true };
  const parties = serving(from);
  const result = await get(parties, await parties.dial(), clean, ["from"], { receive });
  assert.equal(result.removedFiles, 1);
  assert.deepEqual([...clean.nodes.keys()].sort(), ["", "from", "from/kept"]);

  const error = new SampanError("E_LOCAL_FILE", "cannot be read");
  const unread = world();
  const withProblem = serving(from, { source: { problems: [{ path: "x", error }] } });
  await get(withProblem, await withProblem.dial(), unread, ["from"], { receive });
  assert.ok(unread.nodes.has("from/old"));

  const unwritten = world();
  unwritten.fault = (path) => (path === "from/kept" ? error : undefined);
  const again = serving(from);
  await get(again, await again.dial(), unwritten, ["from"], { receive });
  assert.ok(unwritten.nodes.has("from/old"));
});

test("a full disk ends the transfer with E_NO_SPACE, and what is down stays down", async () => {
  for (const isGet of [true, false]) {
    const from = oneFile(noise(8 * block, 16));
    const to = new MemoryDisk();
    to.fault = () => (to.written.length >= 3 ? new SampanError("E_NO_SPACE", "full") : undefined);
    const parties = serving(isGet ? from : to);
    const connection = await parties.dial();
    assert.equal(
      await codeOfRejection(isGet ? get(parties, connection, to) : put(parties, connection, from)),
      "E_NO_SPACE",
    );
    await parties.clock.pass(1000);
    to.fault = () => undefined;
    const next = isGet ? await get(parties, await parties.dial(), to) : await put(parties, await parties.dial(), from);
    assert.equal(next.resumedBytes, 3 * block);
    assert.deepEqual(shown(to, "from"), shown(from, "from"));
  }
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
