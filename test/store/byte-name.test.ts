import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeName, escapeBytes, isByteName, nativePath } from "../../src/store/byte-name.js";

const bytes = (...values: number[]) => Buffer.from(values);

test("any name comes back as the bytes that it was, and one that is UTF-8 stays the text that it is", () => {
  const examples: [Uint8Array][] = [
    [bytes(0xff, 0xfe)],
    [bytes(0x61, 0xe9)],
    [bytes(0xf0, 0x9f, 0x9b)],
    [bytes(0xf0, 0x9f, 0x9b, 0xb6)],
    [bytes(0xed, 0xb3, 0xbf)],
    [bytes(0xc0, 0xaf)],
    [bytes(0xef, 0xbf, 0xbd)],
    [bytes(0xef, 0xbb, 0xbf, 0x61)],
  ];
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (name) => {
      const text = Buffer.from(name).toString();
      const isText = Buffer.from(text).equals(name);
      const decoded = decodeName(Buffer.from(name));
      assert.equal(isByteName(decoded), !isText);
      if (isText) assert.equal(decoded, text);
      const native = nativePath(decoded);
      assert.equal(typeof native, isText ? "string" : "object");
      assert.deepEqual(Buffer.from(native as string), Buffer.from(name));
    }),
    { examples, numRuns: 500 },
  );
});

test("different names that are not UTF-8 stay different when they are shown", () => {
  assert.equal(escapeBytes(decodeName(bytes(0x61, 0xe9, 0x2f, 0xff))), "a\\xe9/\\xff");
  assert.equal(escapeBytes("🛶 \ufffd"), "🛶 \ufffd");
});
