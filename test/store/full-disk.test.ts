import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { mountSmallDisk, onSmallDisk } from "../small-disk.js";
import { fileEntry, names, rejected, scratch, sha256, targetOptions, whole } from "./scratch.js";

const MiB = 1024 * 1024;

/** A file system of 4 MiB, mounted as `name` in a folder. */
function smallDisk(t: TestContext, name: string): string {
  let unmount = () => {};
  const folder = scratch(t, () => unmount());
  mkdirSync(join(folder, name));
  unmount = mountSmallDisk(join(folder, name), "4m");
  return folder;
}

test("a full disk is told as such, keeps what has arrived, and goes on when there is room", onSmallDisk, async (t) => {
  const disk = smallDisk(t, "disk");
  const root = join(disk, "disk");
  writeFileSync(join(root, "ballast"), Buffer.alloc(1.5 * MiB, 1));
  const entry = fileEntry("big", 3 * MiB);
  const block = Buffer.alloc(MiB, 7);
  const target = openLocalTarget(root, targetOptions);
  const part = await target.begin("big", entry);
  const put = (index: number, into = part) => into.write(index, block, index * MiB, MiB, sha256.hash(block));
  await put(0);
  await put(1);
  await rejected("E_NO_SPACE", put(2), /same command goes on/);
  await part.close();
  truncateSync(join(root, "ballast"), 1.5 * MiB - 4096);
  await rejected("E_NO_SPACE", target.writeWhole([whole("tiny", "x"), whole("small", Buffer.alloc(MiB, 2))]), /small/);
  assert.deepEqual(
    names(join(root, ".sampan")).filter((name) => name.endsWith(".tmp")),
    [],
  );
  assert.deepEqual(names(root), [".sampan", "ballast"]);
  target.close();

  rmSync(join(root, "ballast"));
  const next = openLocalTarget(root, targetOptions);
  const again = await next.begin("big", entry);
  assert.deepEqual(
    [...again.held.keys()].sort((a, b) => a - b),
    [0, 1],
  );
  await put(2, again);
  await again.commit(3 * MiB, Buffer.alloc(32));
  assert.deepEqual(await next.finish(), []);
  next.close();
  assert.ok(readFileSync(join(root, "big")).equals(Buffer.alloc(3 * MiB, 7)));
  assert.deepEqual(names(root), ["big"]);
});

test(
  "a folder on another file system is filled from beside, and nothing of it stays or is removed as foreign",
  onSmallDisk,
  async (t) => {
    const root = smallDisk(t, "other");
    const other = join(root, "other");
    const target = openLocalTarget(root, targetOptions);
    t.after(() => target.close());
    const part = await target.begin("other/big", fileEntry("other/big", 3));
    await part.write(0, Buffer.from("big"), 0, 3, Buffer.alloc(32));
    assert.equal(names(other).length, 3);
    assert.ok(
      names(other).every((name) => name.startsWith(".sampan-")),
      names(other).join(),
    );
    assert.deepEqual([...target.removeOthers("", new Set(["other"]))], []);
    await part.close();
    const again = await target.begin("other/big", fileEntry("other/big", 3));
    assert.deepEqual([...again.held.keys()], [0]);
    await again.commit(3, Buffer.alloc(32));
    assert.deepEqual(await target.writeWhole([whole("other/small", "small"), whole("here", "here")]), []);
    writeFileSync(join(other, ".sampan-1-1-00000000-0.tmp"), "left by a killed process");
    assert.deepEqual(await target.finish(), []);
    assert.deepEqual(
      [names(root), names(other)],
      [
        ["here", "other"],
        ["big", "small"],
      ],
    );
  },
);
