import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadDigest, portableBlake3 } from "../../src/store/digest.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("the digests of nothing are those of the standards", async () => {
  assert.equal(
    hex((await loadDigest("blake3")).hash(new Uint8Array(0))),
    "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
  );
  assert.equal(
    hex((await loadDigest("sha256")).hash(new Uint8Array(0))),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

test("BLAKE3 is the same from native code and from WebAssembly, also for a part of a buffer", async () => {
  const [native, portable] = [await loadDigest("blake3"), await portableBlake3()];
  assert.equal(native.name, portable.name);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(100), (bytes, start) => {
      const part = bytes.subarray(Math.min(start, bytes.length));
      assert.equal(hex(native.hash(part)), hex(portable.hash(part)));
      assert.equal(hex(native.hash(part)), hex(native.hash(new Uint8Array(part))));
    }),
  );
});
