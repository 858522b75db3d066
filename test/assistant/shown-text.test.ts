import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { typedBytes } from "../../src/assistant/escaped-text.js";
import { hexRows } from "../../src/assistant/hex-view.js";
import { ShownStream, shownBytes, wholeText } from "../../src/assistant/shown-text.js";
import { textEncoding } from "../../src/service/text-encoding.js";

const utf8 = await textEncoding("utf-8");
const gbk = await textEncoding("gbk");
const shiftJis = await textEncoding("shift_jis");
const latin1 = await textEncoding("latin1");

test("text is shown on one line, and nothing in it is obeyed by a terminal", () => {
  assert.equal(shownBytes(Buffer.from("a\\b\r\n\t\0\x1b[31m"), utf8), "a\\\\b\\r\\n\\t\\0\\x1b[31m");
  assert.equal(shownBytes(Buffer.from("\u202eabc\u009b你"), utf8), "\\u202eabc\\u009b你");
  assert.equal(
    shownBytes(Buffer.from([0xff, 0x41, 0xe4, 0xbd, 0x42, 0xe4, 0xbd]), utf8),
    "\\xffA\\xe4\\xbdB\\xe4\\xbd",
  );
});

test("a character that is cut between two chunks stands in the second", () => {
  for (const [encoding, text] of [
    [utf8, "中😀文"],
    [gbk, "中文"],
    [shiftJis, "日本"],
  ] as const) {
    const bytes = encoding.encode(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stream = new ShownStream(encoding);
      assert.equal(stream.show(bytes.subarray(0, cut)) + stream.show(bytes.subarray(cut)) + stream.end(), text);
    }
  }
});

test("what is shown can be typed again, for any bytes and any splits", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 })), (chunks) => {
      const stream = new ShownStream(utf8);
      const shown = chunks.map((chunk) => stream.show(chunk)).join("") + stream.end();
      assert.deepEqual(Buffer.from(typedBytes(shown, utf8)), Buffer.concat(chunks));
      assert.ok(!/[\p{Cc}\p{Bidi_Control}]/u.test(shown));
    }),
    { examples: [[[Buffer.from("\\x9b\ufffd\u009b")]]] },
  );
});

test("bytes are text of an encoding only if the text would be sent as them", () => {
  assert.equal(wholeText(Buffer.from("你好"), utf8), "你好");
  assert.equal(wholeText(Buffer.from([0xc4, 0xe3]), utf8), undefined);
  assert.equal(wholeText(Buffer.from([0xc4, 0xe3]), gbk), "你");
  assert.equal(wholeText(Buffer.from([0xe4, 0xbd]), utf8), undefined);
  assert.equal(wholeText(Buffer.from([0xff, 0x00]), latin1), "ÿ\0");
});

test("a hex view has sixteen bytes a row, and each character at its first byte", () => {
  const rows = hexRows(Buffer.from("0123456789abcde你\x1b\xff", "utf8"), utf8);
  assert.deepEqual(
    rows.map(({ offset, hex }) => [offset, hex]),
    [
      [0, "30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 e4"],
      [16, "bd a0 1b c3 bf"],
    ],
  );
  assert.deepEqual(rows[0]?.cells.slice(14), ["e", "你"]);
  assert.deepEqual(rows[1]?.cells, ["", "", ".", "ÿ", ""]);
  assert.deepEqual(hexRows(Buffer.from([0xf0, 0x41, 0x0a]), utf8)[0]?.cells, [".", "A", "."]);
  assert.deepEqual(hexRows(Buffer.from("你A"))[0]?.cells, [".", ".", ".", "A"]);
  assert.deepEqual(hexRows(Buffer.from([0xc4, 0xe3, 0x41]), gbk)[0]?.cells, ["你", "", "A"]);
  assert.deepEqual(hexRows(new Uint8Array()), []);
});

test("a hex view holds every byte once, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(utf8, gbk, shiftJis), (bytes, encoding) => {
      const rows = hexRows(bytes, encoding);
      assert.equal(rows.map(({ hex }) => hex.replaceAll(" ", "")).join(""), Buffer.from(bytes).toString("hex"));
      assert.equal(rows.flatMap(({ cells }) => cells).length, bytes.length);
    }),
  );
});
