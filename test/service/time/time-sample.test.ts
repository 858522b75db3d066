import assert from "node:assert/strict";
import { test } from "node:test";
import { compareClocks, compareSeconds } from "../../../src/service/time/time-sample.js";

test("of several samples the one with the shortest round trip tells the offset", () => {
  const quick = { askedMicros: 1_000_000, receivedMicros: 6_001_000, sentMicros: 6_001_500, heardMicros: 1_002_500 };
  const slow = { askedMicros: 2_000_000, receivedMicros: 7_900_000, sentMicros: 7_900_000, heardMicros: 3_000_000 };
  const expected = { offsetMs: 5000, uncertaintyMs: 1, roundTripMs: 2 };
  assert.deepEqual(compareClocks([slow, quick]), expected);
  assert.equal(compareClocks([]), undefined);
});

test("whole seconds narrow the offset down, and those that contradict each other tell nothing", () => {
  // The other clock is 10.3 s ahead.
  const at = (asked: number) => ({
    askedMicros: asked,
    heardMicros: asked + 2000,
    seconds: Math.floor((asked + 10_300_000) / 1e6),
  });
  const found = compareSeconds([0, 250_000, 500_000, 750_000].map(at));
  assert.ok(found && Math.abs(found.offsetMs - 10_300) <= found.uncertaintyMs && found.uncertaintyMs <= 130);
  assert.equal(compareSeconds([at(0), { ...at(250_000), seconds: 99 }]), undefined);
  assert.equal(compareSeconds([]), undefined);
});
