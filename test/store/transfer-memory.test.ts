import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isOwnLocalDestination } from "../../src/store/local-tree.js";
import { open } from "./opened-target.js";
import { fileEntry, folderEntry, names, scratch, sha256, whole } from "./scratch.js";

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
  await next.finish();
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

test("a destination is a transfer's own until that is over, and only as long as it is the folder that was made", async (t) => {
  const above = scratch(t);
  const owns = (transfer = "test") => isOwnLocalDestination(join(above, "new"), transfer);
  const begun = () => {
    const { target } = open(t, { newDestination: "new" }, above);
    target.makeFolder("new", folderEntry("new"));
    return target;
  };
  assert.equal(owns(), false);
  const cut = begun();
  assert.equal(owns(), true);
  assert.equal(owns("another"), false);
  // The last word may be lost, after which the other end tries again.
  await cut.finish();
  cut.close();
  assert.equal(owns(), true);
  const again = begun();
  assert.equal(owns(), true);
  await again.finish();
  again.close(true);
  assert.equal(owns(), false);
  assert.deepEqual(names(above), ["new"]);

  rmSync(join(above, "new"), { recursive: true });
  begun().close();
  // Whoever removes it and makes another has one of their own.
  renameSync(join(above, "new"), join(above, "kept, so that its number is not given again"));
  mkdirSync(join(above, "new"));
  assert.equal(owns(), false);
  const { target } = open(t, {}, above);
  await target.finish();
  target.close(true);
  assert.ok(!names(above).includes(".sampan"), "the note of what is gone");
});
