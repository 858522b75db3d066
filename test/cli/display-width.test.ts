import assert from "node:assert/strict";
import { test } from "node:test";
import { cutMiddle, cutToWidth, displayWidth, padToWidth } from "../../src/cli/display-width.js";

const samples = ["film.mp4", "空 文件.txt", "한국어.zip", "e\u0301te\u0301", "🎬🎬🎬.mov", "ｆｕｌｌ", "", "a"];

test("wide characters take two columns, combining ones none", () => {
  assert.equal(displayWidth("film.mp4"), 8);
  assert.equal(displayWidth("空文件"), 6);
  assert.equal(displayWidth("e\u0301"), 1);
  assert.equal(displayWidth("🎬"), 2);
  assert.equal(displayWidth("ｆ"), 2);
});

test("a cut text is never wider than asked, and a text that fits is not cut", () => {
  for (const text of samples) {
    for (let columns = 0; columns < 20; columns++) {
      for (const cut of [cutToWidth(text, columns), cutMiddle(text, columns)]) {
        assert.ok(displayWidth(cut) <= columns, `${JSON.stringify(cut)} in ${columns}`);
        if (displayWidth(text) <= columns) assert.equal(cut, text);
        assert.doesNotMatch(cut, /\p{Surrogate}/u);
      }
    }
  }
});

test("a path cut in the middle keeps both ends", () => {
  const cut = cutMiddle("a/very/long/path/to/some/film.mp4", 20);
  assert.match(cut, /^a\/very…/);
  assert.match(cut, /film\.mp4$/);
});

test("padding counts columns, not characters", () => {
  assert.equal(padToWidth("空", 4), "空  ");
  assert.equal(padToWidth("long", 2), "long");
});
