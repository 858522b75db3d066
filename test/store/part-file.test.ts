import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { PartFile, TargetTree } from "../../src/session/ports.js";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { isAlive, ownTag } from "../../src/store/process-tag.js";
import { removeStaleParts } from "../../src/store/stale-parts.js";
import { needs } from "../needs.js";
import { fileEntry, modeOf, mtimeOf, names, rejected, scratch, sha256, targetOptions } from "./scratch.js";

const MiB = 1024 * 1024;
const bytes = 3 * MiB + 5;
const entry = fileEntry("big", bytes, { mode: 0o640, mtime: -3 });
const content = Buffer.alloc(bytes, (1).toString());
for (let at = 0; at < bytes; at += 1000) content.writeUInt32LE(at, Math.min(at, bytes - 4));
const lengths = [MiB, MiB, MiB, 5];

function put(part: PartFile, index: number): Promise<void> {
  const block = content.subarray(index * MiB, index * MiB + (lengths[index] ?? 0));
  return part.write(index, block, index * MiB, block.length, sha256.hash(block));
}

function open(t: TestContext, root: string, bootId = "boot"): TargetTree {
  const target = openLocalTarget(root, targetOptions, bootId);
  t.after(() => target.close());
  return target;
}

const staged = (root: string, ending: string) => names(join(root, ".sampan")).filter((name) => name.endsWith(ending));
const journalOf = (root: string) => join(root, ".sampan", staged(root, ".journal")[0] ?? "none");
const partOf = (root: string) => join(root, ".sampan", staged(root, ".part")[0] ?? "none");

/** Writes blocks 0 and 2 and stops there. */
async function interrupted(t: TestContext, root: string, bootId = "boot"): Promise<void> {
  const target = open(t, root, bootId);
  const part = await target.begin("big", entry);
  assert.equal(part.held.size, 0);
  await Promise.all([put(part, 2), put(part, 0)]);
  await part.close();
  target.close();
}

async function heldBy(t: TestContext, root: string, bootId = "boot", offered = entry): Promise<number[]> {
  const part = await open(t, root, bootId).begin("big", offered);
  const held = [...part.held.keys()].sort((a, b) => a - b);
  await part.close();
  return held;
}

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

test("two transfers never hold one file, and the second may when the first is over", async (t) => {
  const root = scratch(t);
  const [one, two] = [open(t, root), open(t, root)];
  const part = await one.begin("big", entry);
  await rejected("E_BUSY", two.begin("big", entry), /another transfer/);
  await rejected("E_BUSY", two.begin("big", { ...entry, version: "v2" }));
  await put(part, 0);
  await part.close();
  assert.deepEqual(await heldBy(t, root), [0]);
});

test("the lock of a process that is gone is taken over, that of a living one is not", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const lock = join(root, ".sampan", `${staged(root, ".part")[0]?.slice(0, 16)}.lock`);
  const [pid, start, boot] = ownTag().split("-");
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const gone = [`${ended}-1-${boot}`, `${pid}-${Number(start) + 1}-${boot}`, `${pid}-${start}-00000000`, "torn"];
  for (const tag of gone) {
    assert.equal(isAlive(tag), false);
    writeFileSync(lock, tag);
    assert.deepEqual(await heldBy(t, root), [0, 2], tag);
  }
  writeFileSync(lock, "");
  utimesSync(lock, 1, 1);
  assert.deepEqual(await heldBy(t, root), [0, 2], "an old lock without a tag");
  writeFileSync(lock, ownTag());
  await rejected("E_BUSY", open(t, root).begin("big", entry));
});

test("a target that is closed lets its open parts end", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const part = await target.begin("big", entry);
  const writing = put(part, 0);
  target.close();
  await writing;
  await part.close();
  assert.deepEqual(await heldBy(t, root), [0]);
});

test("a staging folder that is a link or a file is refused, and what the link points to stays", async (t) => {
  const base = scratch(t);
  mkdirSync(join(base, "outside"));
  for (const [name, make] of [
    ["link", (at: string) => symlinkSync("../outside", at)],
    ["file", (at: string) => writeFileSync(at, "x")],
  ] as const) {
    const root = join(base, name);
    mkdirSync(root);
    make(join(root, ".sampan"));
    await rejected(name === "link" ? "E_LINK" : "E_NOT_A_FOLDER", open(t, root).begin("big", entry), /\.sampan/);
  }
  assert.deepEqual(names(join(base, "outside")), []);
});

test("a part or journal swapped for a link is not written through", async (t) => {
  const base = scratch(t);
  const root = join(base, "to");
  await interrupted(t, root);
  writeFileSync(join(base, "outside"), "outside");
  const { rmSync } = await import("node:fs");
  const [part, journal] = [partOf(root), journalOf(root)];
  for (const path of [part, journal]) {
    rmSync(path);
    symlinkSync(join(base, "outside"), path);
    await open(t, root)
      .begin("big", entry)
      .then(
        (got) => got.close(),
        () => undefined,
      );
  }
  assert.equal(readFileSync(join(base, "outside"), "utf8"), "outside");
});

test("stale parts are removed with their journals, but neither young nor held ones", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  writeFileSync(join(root, ".sampan", `${ownTag().replace(/-\d+-/, "-1-")}-0.tmp`), "left by a killed process");
  writeFileSync(join(root, ".sampan", `${ownTag()}-0.tmp`), "of a living one");
  const hour = 3_600_000;
  assert.equal(removeStaleParts(root, hour), 0);
  assert.equal(staged(root, ".tmp").length, 1);
  const part = await open(t, root).begin("big", entry);
  assert.equal(removeStaleParts(root, hour, Date.now() + 2 * hour), 0);
  await part.close();
  assert.equal(removeStaleParts(root, hour, Date.now() + 2 * hour), 2);
  assert.deepEqual([staged(root, ".part"), staged(root, ".journal")], [[], []]);
});
