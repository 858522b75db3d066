import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { TargetOptions, TargetTree } from "../../src/session/ports.js";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { fileEntry, names, scratch, sha256, targetOptions, whole } from "./scratch.js";

function open(
  t: TestContext,
  more: Partial<TargetOptions> = {},
  folder = join(scratch(t), "to"),
  bootId?: string,
): { root: string; target: TargetTree } {
  const target = openLocalTarget(folder, { ...targetOptions, ...more }, bootId);
  t.after(() => target.close());
  return { root: folder, target };
}

test("a finished file is known to the next run of the same transfer, as long as it is the same", async (t) => {
  const { root, target } = open(t);
  const [a, b, c] = [whole("a", "aaa"), whole("b", "bbb"), whole("c", "")];
  await target.writeWhole([a, b, c]);
  const part = await target.begin("big", fileEntry("big", 4));
  await part.write(0, Buffer.from("BIG!"), 0, 4, sha256.hash(Buffer.from("BIG!")));
  await part.commit(4, Buffer.alloc(32, 9));
  target.close();
  const next = open(t, {}, root).target;
  assert.deepEqual(next.finished("a", a.entry)?.rootDigest, a.rootDigest);
  assert.deepEqual(next.finished("c", c.entry)?.rootDigest, sha256.hash(new Uint8Array(0)));
  assert.deepEqual(next.finished("big", fileEntry("big", 4))?.rootDigest, new Uint8Array(32).fill(9));
  assert.equal(next.finished("a", { ...a.entry, version: "v2" })?.rootDigest, undefined);
  assert.equal(next.finished("a", { ...a.entry, bytes: 4 })?.rootDigest, undefined);
  writeFileSync(join(root, "b"), "BBB");
  assert.equal(next.finished("b", b.entry)?.rootDigest, undefined);
  const others = [{ transfer: "other" }, { digest: { ...sha256, name: "blake3" as const } }];
  for (const more of others) assert.equal(open(t, more, root).target.finished("a", a.entry)?.rootDigest, undefined);
  assert.equal(open(t, {}, root, "another boot").target.finished("a", a.entry)?.rootDigest, undefined);
  await next.finish(true);
  assert.deepEqual(names(root), ["a", "b", "big", "c"]);
});

test("a record whose last line was cut off is read up to there and added to", async (t) => {
  const { root, target } = open(t);
  const [a, b, c] = [whole("a", "aaa"), whole("b", "bbb"), whole("c", "ccc")];
  await target.writeWhole([a, b]);
  target.close();
  const record = join(root, ".sampan", names(join(root, ".sampan")).find((name) => name.endsWith(".finished")) ?? "");
  writeFileSync(record, readFileSync(record).subarray(0, -7));
  const second = open(t, {}, root).target;
  assert.notEqual(second.finished("a", a.entry)?.rootDigest, undefined);
  assert.equal(second.finished("b", b.entry)?.rootDigest, undefined);
  await second.writeWhole([c]);
  second.close();
  const third = open(t, {}, root).target;
  assert.deepEqual(
    [a, b, c].map(({ path, entry }) => third.finished(path, entry)?.rootDigest !== undefined),
    [true, false, true],
  );
});
