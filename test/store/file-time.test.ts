import assert from "node:assert/strict";
import { closeSync, mkdirSync, openSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { microseconds, setOpenTime, setPathTime } from "../../src/store/file-time.js";
import { mtimeOf, scratch } from "./scratch.js";

const moments = [
  0, 1, -1, -1_000_000, -999_999, -1_500_001, 1_763_683_200_123_457, -1_576_799_999_999_983, 4_102_444_800_999_999,
];

test("nanoseconds round down to microseconds on both sides of 1970", () => {
  assert.deepEqual([0n, 999n, 1000n, -1n, -1000n, -1001n].map(microseconds), [0, 0, 1, -1, -1, -2]);
});

test("a time is set to exactly the microsecond, for files, folders and links", (t) => {
  const base = scratch(t);
  const file = join(base, "file");
  const fd = openSync(file, "w");
  t.after(() => closeSync(fd));
  symlinkSync("nowhere", join(base, "link"));
  mkdirSync(join(base, "folder"));
  const folderFd = openSync(join(base, "folder"), "r");
  t.after(() => closeSync(folderFd));
  for (const mtime of moments) {
    setOpenTime(fd, mtime);
    setOpenTime(folderFd, mtime);
    setPathTime(join(base, "link"), mtime);
    assert.deepEqual(
      ["file", "folder", "link"].map((name) => mtimeOf(join(base, name))),
      [mtime, mtime, mtime],
    );
  }
});

// After 2106 the seconds pass 2^32, and a double no longer tells each microsecond apart.
test("any time until 2106 comes back as it was set", (t) => {
  const file = join(scratch(t), "file");
  const fd = openSync(file, "w");
  t.after(() => closeSync(fd));
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000_000_000_000, max: 4_294_967_000_000_000 }), (mtime) => {
      setOpenTime(fd, mtime);
      assert.equal(mtimeOf(file), mtime);
    }),
    { numRuns: 2000 },
  );
});
