import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hexBytes, typedBytes } from "../../src/assistant/escaped-text.js";
import { textEncoding } from "../../src/service/text-encoding.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { refused } from "../refused.js";

const utf8 = await textEncoding("utf-8");
const gbk = await textEncoding("gbk");

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

test("escapes become bytes, and characters of the encoding", () => {
  assert.equal(hex(typedBytes("a\\x41\\n\\r\\t\\0\\\\", utf8)), "61410a0d09005c");
  assert.equal(hex(typedBytes("\\xff\\xFE", utf8)), "fffe");
  assert.equal(hex(typedBytes("你\\u4f60\\u{1f600}", utf8)), "e4bda0e4bda0f09f9880");
  assert.equal(hex(typedBytes("你\\u4f60\\xc4", gbk)), "c4e3c4e3c4");
  assert.equal(hex(typedBytes("", gbk)), "");
});

test("a backslash that escapes nothing is refused, and shown", () => {
  for (const text of ["\\", "a\\q", "\\x4", "\\xgg", "\\u4f6", "\\u{}", "\\u{110000}", "\\ud800", "\\u{1f600"]) {
    refused("E_USAGE", () => typedBytes(text, utf8), /is no escape/);
  }
  refused("E_USAGE", () => typedBytes("ab\\qc", utf8), /"\\qc" at character 3/);
});

test("hex is read with any spacing; half a byte and other letters are refused", () => {
  for (const text of ["01 03 ff", "0103ff", "01:03:FF", "0x01,0x03, 0xff", " 01\t03-ff "]) {
    assert.equal(hex(hexBytes(text)), "0103ff", text);
  }
  assert.equal(hexBytes("").length, 0);
  refused("E_USAGE", () => hexBytes("1"), /half a byte/);
  refused("E_USAGE", () => hexBytes("01 0g"), /"0g" is not hex/);
  refused("E_USAGE", () => hexBytes("0x"), /not hex/);
});

test("any typed text either becomes bytes or is refused in words", () => {
  const piece = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("\\", "\\x", "\\u", "{", "}", "41", "\\n"));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      for (const read of [typedBytes, hexBytes]) {
        try {
          read(pieces.join(""), utf8);
        } catch (error) {
          assert.ok(error instanceof SampanError && error.code === "E_USAGE", String(error));
        }
      }
    }),
  );
});
