import assert from "node:assert/strict";
import fs, { readFileSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { entry, interrupted, journalOf, open, staged } from "./interrupted-part.js";
import { replaceCall } from "./replaced-call.js";
import { rejected, scratch, whole } from "./scratch.js";

/** Counts the files that are open; from `fill` on nothing can be written or cut any more. */
function fullDisk(t: TestContext): { readonly open: number; fill(): void } {
  const numbers = new Set<number>();
  let isFull = false;
  replaceCall(t, "openSync", (original) => (...args: Parameters<typeof fs.openSync>) => {
    const fd = original(...args);
    numbers.add(fd);
    return fd;
  });
  replaceCall(t, "closeSync", (original) => (fd: number) => {
    numbers.delete(fd);
    original(fd);
  });
  for (const name of ["writeSync", "ftruncateSync"] as const) {
    replaceCall(t, name, (original) => (...args: unknown[]) => {
      if (isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return Reflect.apply(original, fs, args);
    });
  }
  return {
    get open() {
      return numbers.size;
    },
    fill() {
      isFull = true;
    },
  };
}

test("a file that a full disk keeps from being begun leaves nothing open, and nobody is in its way", async (t) => {
  const root = scratch(t);
  const disk = fullDisk(t);
  const target = open(t, root);
  const before = disk.open;
  disk.fill();
  for (let attempt = 0; attempt < 3; attempt++) {
    await rejected("E_NO_SPACE", target.begin("big", { ...entry, bytes: undefined }));
    await rejected("E_NO_SPACE", target.begin("big", entry));
  }
  // The staging folder is held, and was not before.
  assert.ok(disk.open <= before + 1, `${disk.open - before} more are open`);
  assert.deepEqual([staged(root, ".lock"), staged(root, ".part"), staged(root, ".journal")], [[], [], []]);
});

test("a part that a full disk keeps from being taken up leaves nothing open, and stays", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const disk = fullDisk(t);
  writeFileSync(journalOf(root), Buffer.concat([readFileSync(journalOf(root)), Buffer.from("torn")]));
  const target = open(t, root);
  const before = disk.open;
  disk.fill();
  for (let attempt = 0; attempt < 3; attempt++) await rejected("E_NO_SPACE", target.begin("big", entry));
  // The staging folder is held, and was not before.
  assert.ok(disk.open <= before + 1, `${disk.open - before} more are open`);
  assert.equal(staged(root, ".part").length, 1);
  assert.equal(staged(root, ".journal").length, 1);
});

test("a record of finished files that a full disk keeps from being written leaves nothing open", async (t) => {
  const root = scratch(t);
  const disk = fullDisk(t);
  const target = open(t, root);
  disk.fill();
  // For an empty file there is room.
  const put = async () => assert.deepEqual(await target.writeWhole([whole("empty", "")]), []);
  await put();
  const before = disk.open;
  await put();
  await put();
  assert.equal(disk.open, before);
});
