import assert from "node:assert/strict";
import { test } from "node:test";
import { DiskPace } from "../../src/store/disk-pace.js";

/** How many of `count` syncs are done in place if each takes so long. */
function inPlace(pace: DiskPace, count: number, ms: number): number {
  let here = 0;
  for (let at = 0; at < count; at++) {
    if (!pace.here()) continue;
    here++;
    pace.took(ms);
  }
  return here;
}

test("fast syncs are done in place", () => {
  assert.equal(inPlace(new DiskPace(0.5), 1000, 0.01), 1000);
});

test("one slow sync among fast ones changes nothing", () => {
  const pace = new DiskPace(0.5);
  for (let round = 0; round < 10; round++) {
    assert.equal(inPlace(pace, 1, 30), 1);
    assert.equal(inPlace(pace, 99, 0.01), 99);
  }
});

test("on a slow disk all but a few go to the pool", () => {
  assert.equal(inPlace(new DiskPace(0.5), 100_000, 10), 10);
});

test("a disk that was slow for a while is found to be fast again", () => {
  const pace = new DiskPace(0.5);
  assert.equal(inPlace(pace, 10, 10), 2);
  assert.equal(inPlace(pace, 248, 0.01), 0);
  assert.equal(inPlace(pace, 1000, 0.01), 1000);
});
