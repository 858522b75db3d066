import assert from "node:assert/strict";
import { test } from "node:test";
import { SampanError } from "../../src/wire/sampan-error.js";
import { MemoryDisk, shown } from "./memory-disk.js";
import { noise, oneFile } from "./random-tree.js";
import { codeOfRejection, get, put, serving } from "./two-parties.js";

const block = 1024 * 1024;

test("a peer that goes silent is said to stall at 4 s, each second, and is given up with E_SILENT at 8 s", async () => {
  const parties = serving(oneFile(noise(4 * block, 1)));
  const stalls: number[] = [];
  const connection = await parties.dial({ back: { silentAfterBytes: block } });
  const before = parties.clock.nowMs();
  const code = await codeOfRejection(
    get(parties, connection, new MemoryDisk(), ["from"], { onStall: (ms) => void stalls.push(ms) }),
  );
  assert.equal(code, "E_SILENT");
  assert.deepEqual(stalls, [4000, 5000, 6000, 7000]);
  assert.equal(parties.clock.nowMs() - before, 8000);
});

test("a server gives a silent client up after 8 s, and the part is free for the next run", async () => {
  const from = oneFile(noise(4 * block, 2));
  const to = new MemoryDisk();
  const parties = serving(to);
  const connection = await parties.dial({ there: { silentAfterBytes: 2 * block } });
  // The client hears the server's pings, and then that the server has closed.
  assert.equal(await codeOfRejection(put(parties, connection, from)), "E_CONNECTION_LOST");
  await parties.clock.pass(5000);
  assert.deepEqual(
    parties.told.map((told) => "code" in told && told.code),
    ["E_SILENT"],
  );
  const result = await put(parties, await parties.dial(), from);
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
  assert.ok(result.resumedBytes >= block);
});

test("an end that has nothing to say pings each 2 s while a conversation is open, and not after", async () => {
  const to = new MemoryDisk();
  const parties = serving(to);
  // The disk takes a minute for each file: both ends have nothing to say, and nobody gives up.
  to.slowness = () => new Promise((resolve) => void parties.clock.after(60_000, resolve));
  const connection = await parties.dial();
  const passed = () => {
    const { near, far } = parties.pairs[0] as (typeof parties.pairs)[0];
    return [near.passedBytes, far.passedBytes];
  };
  const pingBytes = 4 + '{"kind":"ping"}'.length;
  const watched = parties.clock.pass(10_500).then(async () => {
    const [nearBefore = 0, farBefore = 0] = passed();
    await parties.clock.pass(20_000);
    const [near = 0, far = 0] = passed();
    return [(near - nearBefore) / pingBytes, (far - farBefore) / pingBytes];
  });
  const done = put(parties, connection, oneFile(noise(100, 3)));
  assert.deepEqual(await watched, [10, 10]);
  await done;
  const after = passed();
  await parties.clock.pass(60_000);
  assert.deepEqual(passed(), after);
});

test("a receiver whose disk stands still for longer than the silence allowed does not take the sender for gone", async () => {
  const from = oneFile(noise(40 * block, 4));
  const to = new MemoryDisk();
  const parties = serving(from);
  to.slowness = () =>
    new Promise((resolve) => void parties.clock.after(parties.clock.nowMs() < 15_000 ? 30_000 : 1, resolve));
  await get(parties, await parties.dial(), to);
  assert.deepEqual(shown(to, "from"), shown(from, "from"));
});

test("bytes are sent no faster than asked", async () => {
  const content = noise(3 * block, 5);
  for (const isGet of [true, false]) {
    const [from, to] = [oneFile(content), new MemoryDisk()];
    const parties = serving(isGet ? from : to);
    const connection = await parties.dial();
    const before = parties.clock.nowMs();
    const bytesPerSecond = 512 * 1024;
    if (isGet) await get(parties, connection, to, ["from"], { request: { rate: bytesPerSecond } });
    else await put(parties, connection, from, { send: { bytesPerSecond } });
    const ms = parties.clock.nowMs() - before;
    assert.ok(ms > 5700 && ms < 6500, `3 MiB at 512 KiB/s took ${ms} ms`);
  }
});

test("a slow rate leaves no timer behind when the transfer is stopped", async () => {
  const parties = serving(oneFile(noise(3 * block, 6)));
  const connection = await parties.dial();
  const doing = get(parties, connection, new MemoryDisk(), ["from"], { request: { rate: 1 } });
  parties.clock.after(1000, () => connection.channel.destroy(new SampanError("E_INTERRUPTED", "stopped")));
  assert.equal(await codeOfRejection(doing), "E_INTERRUPTED");
  await parties.clock.pass(10_000);
  assert.equal(parties.clock.waiting, 0);
});
