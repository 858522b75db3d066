import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "../../src/wire/wire-path.js";

const rows: [what: string, text: string, shown: string][] = [
  ["terminal escapes", "\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"],
  ["a control sequence in one character", "\x9b31m", "\\x9b31m"],
  ["line ends and tabs", "a\r\nb\tc\x85", "a\\x0d\\x0ab\\x09c\\x85"],
  ["delete and NUL", "\x7f\0", "\\x7f\\x00"],
  ["Unicode's own line ends", "\u2028\u2029", "\\u2028\\u2029"],
  ["marks that turn text around", "\u202etxt.exe\u2066\u061c", "\\u202etxt.exe\\u2066\\u061c"],
  ["characters that cannot be seen", "a\u200bb\ufeff\u2060\u180e", "a\\u200bb\\ufeff\\u2060\\u180e"],
  ["tags", "a\u{e0041}", "a\\u{e0041}"],
  ["half a surrogate pair", "\ud83d", "\\ud83d"],
];

for (const [what, text, shown] of rows) {
  test(`shown as escapes: ${what}`, () => assert.equal(printable(text), shown));
}

test("what people write is shown as it is", () => {
  for (const text of ["空 文件.txt", "Zoë's façade", "🛶", "שלום", "a\\x1bb", "日本語"]) {
    assert.equal(printable(text), text);
  }
});

test("a long text is cut in the middle, an escape that was cut stays harmless", () => {
  const shown = printable(`${"a".repeat(500)}\x1b`);
  assert.equal(shown, `${"a".repeat(150)}…${"a".repeat(149)}\\x1b`);
  assert.equal(printable("abcdef", 4), "ab…ef");
  assert.equal(printable("🛶🛶🛶", 3), "\\ud83d…\\udef6");
});

test("nothing that moves a cursor or turns text around comes through; doing it twice changes nothing", () => {
  const unit = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), (parts) => {
      const shown = printable(parts.join(""), 10_000);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      assert.equal(printable(shown, 100_000), shown);
    }),
    { numRuns: 3000 },
  );
});
