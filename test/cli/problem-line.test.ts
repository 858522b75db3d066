import assert from "node:assert/strict";
import { test } from "node:test";
import { problemLine } from "../../src/cli/problem-line.js";
import { SampanError } from "../../src/wire/sampan-error.js";

const line = (path: string, message: string, about?: string) =>
  problemLine(path, new SampanError("E_LOCAL_FILE", message, about === undefined ? {} : { path: about }));

test("a problem is named once, whoever names it", () => {
  assert.equal(
    line("a/b", "cannot read /here/a/b: no", "/here/a/b"),
    "sampan: cannot read /here/a/b: no (E_LOCAL_FILE)",
  );
  assert.equal(line("a/b", "cannot read b: no", "b"), "sampan: cannot read b: no (E_LOCAL_FILE)");
  assert.equal(line("a/b", "cannot read C:\\a\\b: no", "C:\\a\\b"), "sampan: cannot read C:\\a\\b: no (E_LOCAL_FILE)");
  assert.equal(line("a", "it was damaged", "a"), "sampan: a: it was damaged (E_LOCAL_FILE)");
  assert.equal(line("", "all of it is wrong"), "sampan: all of it is wrong (E_LOCAL_FILE)");
  assert.equal(line("\u001b", "cannot read \\x1b", "\u001b"), "sampan: cannot read \\x1b (E_LOCAL_FILE)");
});

test("a message that names something else, or holds the name by chance, does not name the problem", () => {
  assert.equal(
    line("d/a", "/here/d is not a folder", "/here/d"),
    "sampan: d/a: /here/d is not a folder (E_LOCAL_FILE)",
  );
  assert.equal(line("a", "not even a path", ""), "sampan: a: not even a path (E_LOCAL_FILE)");
  assert.equal(line("a", "a disk is full"), "sampan: a: a disk is full (E_LOCAL_FILE)");
  assert.equal(line("b", "cannot read ab: no", "ab"), "sampan: b: cannot read ab: no (E_LOCAL_FILE)");
});
