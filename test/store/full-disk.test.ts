import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { fileEntry, names, rejected, scratch, sha256, targetOptions, whole } from "./scratch.js";

const MiB = 1024 * 1024;

/** A file system of 4 MiB, mounted as `name` in a folder; undefined, and the test is left out, where none can be had. */
function smallDisk(t: TestContext, name: string): string | undefined {
  // Lazily: what a failed test still holds open there must not keep the folder from being removed.
  const folder = scratch(t, () => void spawnSync("umount", ["-l", join(folder, name)]));
  mkdirSync(join(folder, name));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "sampan-test", join(folder, name)]);
  if (status === 0) return folder;
  t.skip("needs the right to mount a small file system");
  return undefined;
}

test("a full disk is told as such, keeps what has arrived, and goes on when there is room", async (t) => {
  const disk = smallDisk(t, "disk");
  if (disk === undefined) return;
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

test("a folder on another file system is filled from beside, and nothing of it stays or is removed as foreign", async (t) => {
  const root = smallDisk(t, "other");
  if (root === undefined) return;
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
  assert.deepEqual(target.removeOthers("", new Set(["other"])), []);
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
});
