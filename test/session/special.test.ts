import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServedConnection } from "../../src/session/served-connection.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { MemoryDisk, shown } from "./memory-disk.js";
import { file, folder } from "./memory-tree.js";
import { noise, oneFile } from "./random-tree.js";
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

test("a connection that has carried transfers takes bodies as it did before, and keeps nothing of theirs", async () => {
  const to = new MemoryDisk();
  const parties = serving(to);
  const connection = await parties.dial();
  const { events } = (parties.served[0] as ServedConnection).channel;
  const before = events.allocateData;
  for (let round = 0; round < 3; round++) {
    await put(parties, connection, oneFile(noise(3 * block, round)));
    await parties.clock.pass(100);
    assert.equal(events.allocateData, before);
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
