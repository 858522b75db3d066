import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockCount, blockLength, blockOffset } from "../../src/wire/blocks.js";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const edge = 128 * GiB;

test("the places that the specification names", () => {
  const rows: [index: number, offset: number][] = [
    [0, 0],
    [1, MiB],
    [131_071, edge - MiB],
    [131_072, edge],
    [131_073, edge + 8 * MiB],
    [131_072 + 1000, edge + 8000 * MiB],
  ];
  for (const [index, offset] of rows) assert.equal(blockOffset(index), offset);
});

test("counts and last lengths around every boundary", () => {
  const rows: [fileBytes: number, count: number, last: number][] = [
    [0, 0, 0],
    [1, 1, 1],
    [MiB - 1, 1, MiB - 1],
    [MiB, 1, MiB],
    [MiB + 1, 2, 1],
    [edge - 1, 131_072, MiB - 1],
    [edge, 131_072, MiB],
    [edge + 1, 131_073, 1],
    [edge + MiB, 131_073, MiB],
    [edge + 8 * MiB, 131_073, 8 * MiB],
    [edge + 8 * MiB + 1, 131_074, 1],
    [2 ** 50, 131_072 + (2 ** 50 - edge) / (8 * MiB), 8 * MiB],
  ];
  for (const [fileBytes, count, last] of rows) {
    assert.equal(blockCount(fileBytes), count, `count of ${fileBytes}`);
    if (count > 0) assert.equal(blockLength(count - 1, fileBytes), last, `last of ${fileBytes}`);
    assert.equal(blockLength(count, fileBytes), 0, `beyond ${fileBytes}`);
    assert.equal(blockLength(count + 100_000, fileBytes), 0);
  }
});

const anySize = fc.oneof(
  fc.maxSafeNat().map((size) => size % (2 ** 50 + 1)),
  fc.nat(4 * MiB),
  fc.integer({ min: -20 * MiB, max: 20 * MiB }).map((off) => edge + off),
);

/** The blocks worth looking at in a file: its ends and the place where the size changes. */
function window(count: number): number[] {
  const places = [0, 1, 2, 131_070, 131_071, 131_072, 131_073, count - 3, count - 2, count - 1];
  return places.filter((index) => index >= 0 && index < count);
}

test("blocks tile the file: each begins where the one before ends, the last ends with the file", () => {
  fc.assert(
    fc.property(anySize, (fileBytes) => {
      const count = blockCount(fileBytes);
      for (const index of window(count)) {
        const end = blockOffset(index) + blockLength(index, fileBytes);
        assert.ok(blockLength(index, fileBytes) > 0);
        assert.equal(end, index === count - 1 ? fileBytes : blockOffset(index + 1));
      }
      assert.equal(blockLength(count, fileBytes), 0);
    }),
    { numRuns: 2000 },
  );
});

test("a small file, walked whole, adds up", () => {
  fc.assert(
    fc.property(fc.nat(64 * MiB), (fileBytes) => {
      let sum = 0;
      for (let index = 0; index < blockCount(fileBytes); index++) {
        assert.equal(blockOffset(index), sum);
        sum += blockLength(index, fileBytes);
      }
      assert.equal(sum, fileBytes);
    }),
  );
});

test("places are exact and rise for as long as a file may be", () => {
  fc.assert(
    fc.property(fc.nat(blockCount(2 ** 50)), (index) => {
      assert.ok(Number.isSafeInteger(blockOffset(index)));
      assert.equal(blockOffset(index + 1) - blockOffset(index), index < 131_072 ? MiB : 8 * MiB);
    }),
    { numRuns: 1000 },
  );
});
