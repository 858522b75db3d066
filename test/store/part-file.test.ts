import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  bytes,
  content,
  entry,
  heldBy,
  interrupted,
  journalOf,
  MiB,
  open,
  partOf,
  put,
  staged,
} from "./interrupted-part.js";
import { asOrdinaryUser } from "./replaced-call.js";
import { fileEntry, modeOf, mtimeOf, names, scratch, sha256 } from "./scratch.js";

test("a file has its name only when whole, with content, mode and time, and nothing stays behind", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const part = await target.begin("deep/er/big", { ...entry, path: "deep/er/big" });
  await Promise.all([3, 1, 0, 2].map((index) => put(part, index)));
  assert.deepEqual(names(join(root, "deep/er")), []);
  await part.commit(bytes, Buffer.alloc(32));
  const file = join(root, "deep/er/big");
  assert.ok(readFileSync(file).equals(content));
  assert.deepEqual([modeOf(file), mtimeOf(file)], [0o640, -3]);
  assert.deepEqual(await target.finish(), []);
  assert.deepEqual(names(root), ["deep"]);
});

test("the next run holds what the first has written, and fetches the rest", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const target = open(t, root);
  const part = await target.begin("big", entry);
  assert.deepEqual(
    [...part.held].sort(([a], [b]) => a - b).map(([n, d]) => [n, Buffer.from(d)]),
    [0, 2].map((n) => [n, Buffer.from(sha256.hash(content.subarray(n * MiB, (n + 1) * MiB)))]),
  );
  await Promise.all([put(part, 1), put(part, 3)]);
  await part.commit(bytes, Buffer.alloc(32));
  assert.ok(readFileSync(join(root, "big")).equals(content));
  await target.finish();
  assert.deepEqual(names(root), ["big"]);
});

test("a torn or damaged end of the journal costs the blocks it told of, and the next record follows the good ones", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const journal = readFileSync(journalOf(root));
  const damages: [Buffer, number[]][] = [
    [journal.subarray(0, -1), [2]],
    [Buffer.concat([journal, journal.subarray(-17)]), [0, 2]],
    [Buffer.concat([journal.subarray(0, -1), Buffer.from([(journal.at(-1) ?? 0) ^ 1])]), [2]],
  ];
  const order = journal.readUInt32BE(journal.length - 40) === 0 ? 2 : 0;
  for (const [damaged, expected] of damages) {
    writeFileSync(journalOf(root), damaged);
    const left = expected.length === 2 ? expected : [order];
    const part = await open(t, root).begin("big", entry);
    assert.deepEqual(
      [...part.held.keys()].sort((a, b) => a - b),
      left,
    );
    await put(part, 1);
    await part.close();
    assert.deepEqual(
      await heldBy(t, root),
      [...left, 1].sort((a, b) => a - b),
    );
  }
});

test("after another boot only what was synced counts, and counts still in the one after that", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  assert.deepEqual(await heldBy(t, root, "boot"), [0, 2]);
  const { encodeRecord, encodeSynced } = await import("../../src/store/journal.js");
  appendFileSync(journalOf(root), encodeSynced(statSync(journalOf(root)).size));
  appendFileSync(journalOf(root), encodeRecord(1, Buffer.alloc(32)));
  assert.deepEqual(await heldBy(t, root, "boot"), [0, 1, 2]);
  assert.deepEqual(await heldBy(t, root, "second"), [0, 2]);
  const part = await open(t, root, "second").begin("big", entry);
  await put(part, 3);
  await part.close();
  assert.deepEqual(await heldBy(t, root, "second"), [0, 2, 3]);
  assert.deepEqual(await heldBy(t, root, "third"), [0, 2]);
});

test("without a sync nothing counts after another boot", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  assert.deepEqual(await heldBy(t, root, "another"), []);
});

test("a part that is missing or too short is begun anew", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  truncateSync(partOf(root), MiB);
  assert.deepEqual(await heldBy(t, root), []);
  assert.equal(statSync(partOf(root)).size, bytes);
});

test("a part that a killed run has given its mode, which forbids to write, is taken up", async (t) => {
  const root = scratch(t);
  asOrdinaryUser(t);
  await interrupted(t, root);
  chmodSync(partOf(root), 0o444);
  const part = await open(t, root).begin("big", { ...entry, mode: 0o444 });
  assert.equal(part.held.size, 2);
  await put(part, 1);
  await put(part, 3);
  await part.commit(bytes, Buffer.alloc(32));
  assert.equal(modeOf(join(root, "big")), 0o444);
  assert.ok(readFileSync(join(root, "big")).equals(content));
});

test("a part that may not even be read is begun anew", async (t) => {
  const root = scratch(t);
  asOrdinaryUser(t);
  await interrupted(t, root);
  chmodSync(partOf(root), 0o000);
  assert.deepEqual(await heldBy(t, root), []);
});

test("what was kept of another version or length is removed", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const before = partOf(root);
  assert.deepEqual(await heldBy(t, root, "boot", { ...entry, version: "v2" }), []);
  assert.equal(existsSync(before), false);
  assert.equal(staged(root, ".part").length, 1);
  assert.equal(staged(root, ".journal").length, 1);
});

test("blocks of zeros leave holes, also where a part is taken up", async (t) => {
  const root = scratch(t);
  const huge = fileEntry("huge", 1024 * MiB);
  const target = open(t, root);
  const part = await target.begin("huge", huge);
  for (let index = 0; index < 1023; index++) await part.write(index, "zero", index * MiB, MiB, Buffer.alloc(32));
  await part.close();
  assert.ok(statSync(partOf(root)).blocks * 512 < 4 * MiB);
  const again = await target.begin("huge", huge);
  assert.equal(again.held.size, 1023);
  await again.write(1023, "zero", 1023 * MiB, MiB, Buffer.alloc(32));
  await again.commit(1024 * MiB, Buffer.alloc(32));
  const { size, blocks } = statSync(join(root, "huge"));
  assert.equal(size, 1024 * MiB);
  assert.ok(blocks * 512 < 4 * MiB);
});

test("zeros are zeros where a killed run has left something that it did not note", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const bytesOfPart = readFileSync(partOf(root));
  bytesOfPart.fill("dirt", MiB, 2 * MiB);
  writeFileSync(partOf(root), bytesOfPart);
  const part = await open(t, root).begin("big", entry);
  await part.write(1, "zero", MiB, MiB, Buffer.alloc(32));
  await put(part, 3);
  await part.commit(bytes, Buffer.alloc(32));
  assert.ok(
    readFileSync(join(root, "big"))
      .subarray(MiB, 2 * MiB)
      .equals(Buffer.alloc(MiB)),
  );
});

test("a stream of unknown length gets the length it turns out to have", async (t) => {
  const root = scratch(t);
  const part = await open(t, root).begin("s", fileEntry("s", undefined, { version: "" }));
  await part.write(0, content.subarray(0, MiB), 0, MiB, Buffer.alloc(32));
  await part.write(1, "zero", MiB, 10, Buffer.alloc(32));
  await part.commit(MiB + 10, Buffer.alloc(32));
  const got = readFileSync(join(root, "s"));
  assert.ok(got.equals(Buffer.concat([content.subarray(0, MiB), Buffer.alloc(10)])));
});

test("a stream without a version is never taken up", async (t) => {
  const root = scratch(t);
  const stream = fileEntry("s", undefined, { version: "" });
  const part = await open(t, root).begin("s", stream);
  await part.write(0, content.subarray(0, MiB), 0, MiB, Buffer.alloc(32));
  await part.close();
  const again = await open(t, root).begin("s", stream);
  assert.equal(again.held.size, 0);
  await again.close();
});

test("what is thrown away leaves nothing, also with a write under way", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const part = await target.begin("big", entry);
  const writing = put(part, 0);
  part.discard();
  await writing.catch(() => undefined);
  await target.finish();
  assert.deepEqual(names(root), []);
});

test("a journal whose part has got its name before the process was killed goes with the next run", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  renameSync(partOf(root), join(root, "big"));
  const target = open(t, root);
  assert.deepEqual(await target.finish(), []);
  assert.deepEqual(names(root), ["big"]);
});

test("a journal whose part is still there stays, whoever else finishes", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const target = open(t, root);
  assert.deepEqual(await target.finish(), []);
  assert.equal(staged(root, ".journal").length, 1);
  assert.equal(staged(root, ".part").length, 1);
});
