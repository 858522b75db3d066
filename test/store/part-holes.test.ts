import assert from "node:assert/strict";
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bytes, content, entry, interrupted, MiB, open, partOf, put } from "./interrupted-part.js";
import { replaceCall, slowClock } from "./replaced-call.js";
import { fileEntry, scratch } from "./scratch.js";

interface Reads {
  count: number;
  longest: number;
  mostAtOnce: number;
}

/** Watches what is read from files in pieces, at once or in the thread pool. */
function watchReads(t: TestContext): Reads {
  const reads: Reads = { count: 0, longest: 0, mostAtOnce: 0 };
  let running = 0;
  const began = (length: number) => {
    reads.count++;
    reads.longest = Math.max(reads.longest, length);
  };
  replaceCall(t, "readSync", (original) => (fd: number, into: Uint8Array, at: number, length: number, from: number) => {
    began(length);
    return original(fd, into, at, length, from);
  });
  replaceCall(
    t,
    "read",
    (original) =>
      (
        fd: number,
        into: Uint8Array,
        at: number,
        length: number,
        from: number,
        done: (...result: unknown[]) => void,
      ) => {
        began(length);
        reads.mostAtOnce = Math.max(reads.mostAtOnce, ++running);
        original(fd, into, at, length, from, (...result) => {
          running--;
          done(...result);
        });
      },
  );
  return reads;
}

test("behind the last block that is held, zeros are written without a look at what lies there", async (t) => {
  const root = scratch(t);
  const huge = fileEntry("huge", 64 * MiB);
  const first = await open(t, root).begin("huge", huge);
  await first.write(0, content, 0, MiB, Buffer.alloc(32));
  await first.close();
  const dirty = readFileSync(partOf(root)).fill("dirt", 5 * MiB, 7 * MiB);
  writeFileSync(partOf(root), dirty);
  const part = await open(t, root).begin("huge", huge);
  const reads = watchReads(t);
  const zeros = Array.from({ length: 63 }, (_, at) =>
    part.write(at + 1, "zero", (at + 1) * MiB, MiB, Buffer.alloc(32)),
  );
  await Promise.all(zeros);
  assert.equal(reads.count, 0);
  await part.commit(64 * MiB, Buffer.alloc(32));
  const expected = Buffer.alloc(64 * MiB);
  content.copy(expected, 0, 0, MiB);
  assert.ok(readFileSync(join(root, "huge")).equals(expected));
  assert.ok(statSync(join(root, "huge")).blocks * 512 < 2 * MiB);
});

for (const disk of ["quick", "slow"]) {
  test(`between blocks that are held, a ${disk} disk is looked at in small pieces, one after another`, async (t) => {
    const root = scratch(t);
    const many = fileEntry("many", 12 * MiB);
    const first = await open(t, root).begin("many", many);
    await first.write(11, content, 11 * MiB, MiB, Buffer.alloc(32));
    await first.close();
    const dirty = readFileSync(partOf(root));
    for (const at of [0, 3 * MiB - 1, 5 * MiB + 100_000]) dirty[at] = 1;
    writeFileSync(partOf(root), dirty);
    if (disk === "slow") slowClock(t);
    const part = await open(t, root).begin("many", many);
    const reads = watchReads(t);
    const zeros = Array.from({ length: 11 }, (_, at) => part.write(at, "zero", at * MiB, MiB, Buffer.alloc(32)));
    await Promise.all(zeros);
    assert.ok(reads.longest <= 64 * 1024, `${reads.longest} bytes at once`);
    assert.ok(reads.mostAtOnce <= 1, `${reads.mostAtOnce} at once`);
    await part.commit(12 * MiB, Buffer.alloc(32));
    const expected = Buffer.alloc(12 * MiB);
    content.copy(expected, 11 * MiB, 0, MiB);
    assert.ok(readFileSync(join(root, "many")).equals(expected));
  });
}

test("what a part holds stays when it is cut behind", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  // As somebody leaves it who is killed in the middle of that.
  truncateSync(partOf(root), 3 * MiB);
  const part = await open(t, root).begin("big", entry);
  assert.equal(part.held.size, 2);
  assert.equal(statSync(partOf(root)).size, bytes);
  await put(part, 1);
  await put(part, 3);
  await part.commit(bytes, Buffer.alloc(32));
  assert.ok(readFileSync(join(root, "big")).equals(content));
});

test("a stream with a version that is taken up gets the length it turns out to have", async (t) => {
  const root = scratch(t);
  const stream = fileEntry("s", undefined);
  const first = await open(t, root).begin("s", stream);
  await first.write(0, content, 0, MiB, Buffer.alloc(32));
  await first.close();
  const part = await open(t, root).begin("s", stream);
  assert.equal(part.held.size, 1);
  await part.write(1, "zero", MiB, 10, Buffer.alloc(32));
  await part.commit(MiB + 10, Buffer.alloc(32));
  assert.ok(readFileSync(join(root, "s")).equals(Buffer.concat([content.subarray(0, MiB), Buffer.alloc(10)])));
});
