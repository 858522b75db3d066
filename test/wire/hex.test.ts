import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { digestFromHex, sameBytes, toHex } from "../../src/wire/hex.js";
import { refused } from "../refused.js";

test("bytes are written as Buffer writes them, and a digest goes there and back", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(toHex(bytes), Buffer.from(bytes).toString("hex"))));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      assert.deepEqual(digestFromHex(toHex(bytes)), bytes);
    }),
  );
});

test("what is not 64 lower-case hex digits is no digest", () => {
  const good = "0123456789abcdef".repeat(4);
  assert.equal(digestFromHex(good).length, 32);
  for (const value of [
    good.slice(1),
    `${good}0`,
    good.toUpperCase(),
    `${good.slice(1)}g`,
    `${good}\n`,
    7,
    null,
    [good],
  ]) {
    refused("E_PROTOCOL", () => digestFromHex(value));
  }
});

test("bytes are the same when all of them are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4, max: 2 }), fc.uint8Array({ maxLength: 4, max: 2 }), (a, b) => {
      assert.equal(sameBytes(a, b), Buffer.compare(a, b) === 0);
    }),
    { numRuns: 1000 },
  );
  assert.ok(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
});
