import assert from "node:assert/strict";
import { test } from "node:test";
import { codeWords } from "../../../src/service/pairing/code-words.js";
import { looksLikePairCode, makePairCode, parsePairCode } from "../../../src/service/pairing/pair-code.js";

test("there are 256 words, each once, of letters only", () => {
  assert.equal(codeWords.length, 256);
  assert.equal(new Set(codeWords).size, 256);
  for (const word of codeWords) assert.match(word, /^[a-z]{3,9}$/);
});

test("a fresh code reads as it was made, however it is typed", () => {
  for (let i = 0; i < 100; i++) {
    const code = makePairCode();
    assert.deepEqual(parsePairCode(code.text), code);
    assert.deepEqual(parsePairCode(` ${code.text.toUpperCase().replaceAll("-", "  ")} `), code);
    assert.ok(looksLikePairCode(code.text));
  }
});

test("what is no code is refused, without repeating it", () => {
  for (const text of [
    "",
    "4821",
    "4821-harbor-lemon",
    "4821-harbor-lemon-violin-x",
    "42-harbor-lemon-violin",
    "harbor-4821",
  ]) {
    assert.throws(() => parsePairCode(text), { code: "E_USAGE" }, text);
  }
  assert.throws(
    () => parsePairCode("4821-harbor-lemmon-violin"),
    (error: Error) => {
      assert.match(error.message, /second word/);
      assert.doesNotMatch(error.message, /harbor|lemmon/);
      return true;
    },
  );
  assert.ok(!looksLikePairCode("sampan://host:1/#x"));
});
