import assert from "node:assert/strict";
import { test } from "node:test";
import { errorCodeOf, errorTable } from "../../src/wire/error-code.js";
import { SampanError, toSampanError } from "../../src/wire/sampan-error.js";

/** As first published. A number or an exit status here never changes; a new code gets a new line and a new number. */
const published = {
  E_BUG: [1, 1],
  E_USAGE: [2, 2],
  E_CONNECT: [3, 3],
  E_LISTEN: [4, 3],
  E_CONNECTION_LOST: [5, 3],
  E_PROTOCOL: [6, 4],
  E_TOO_LARGE: [7, 4],
  E_UNKNOWN_KIND: [8, 4],
  E_VERSION: [9, 4],
  E_TOKEN: [10, 5],
  E_CERTIFICATE: [11, 5],
  E_RIGHTS: [12, 5],
  E_PLAIN_REFUSED: [13, 5],
  E_BUSY: [14, 5],
  E_LOCAL_FILE: [15, 6],
  E_NO_SPACE: [16, 6],
  E_NOT_FOUND: [17, 6],
  E_EXISTS: [18, 6],
  E_NOT_A_FOLDER: [19, 6],
  E_NOT_EMPTY: [20, 6],
  E_UNSAFE_NAME: [21, 4],
  E_LINK: [22, 6],
  E_DIGEST: [23, 7],
  E_SOURCE_CHANGED: [24, 8],
  E_PARTIAL: [25, 8],
  E_TIMED_OUT: [26, 9],
  E_SILENT: [27, 9],
  E_INTERRUPTED: [28, 130],
  E_CODE: [29, 5],
  E_NO_PROGRAM: [30, 127],
  E_CANNOT_RUN: [31, 126],
  E_UNSUPPORTED: [32, 6],
  E_TOO_SLOW: [33, 9],
};

test("numbers and exit statuses are those that were published", () => {
  const now = Object.fromEntries(Object.entries(errorTable).map(([code, row]) => [code, [row.wire, row.exit]]));
  assert.deepEqual(now, published);
});

test("each row is fit to be shown: own number, known exit status, one sentence", () => {
  const rows = Object.entries(errorTable);
  assert.equal(new Set(rows.map(([, row]) => row.wire)).size, rows.length);
  for (const [code, row] of rows) {
    assert.match(code, /^E_[A-Z]+(_[A-Z]+)*$/);
    assert.ok([1, 2, 3, 4, 5, 6, 7, 8, 9, 126, 127, 130].includes(row.exit), code);
    assert.match(row.means, /^[A-Z][^|\n]*\.$/, code);
  }
});

test("a number stands for its code; any other value reads as E_PROTOCOL", () => {
  for (const [code, row] of Object.entries(errorTable)) assert.equal(errorCodeOf(row.wire), code);
  for (const value of [0, -1, 999, 1.5, Number.NaN, "6", null, undefined, {}, [6]]) {
    assert.equal(errorCodeOf(value), "E_PROTOCOL");
  }
});

test("a SampanError answers from the table, and keeps origin, path and cause", () => {
  const cause = new Error("below");
  const error = new SampanError("E_DIGEST", "said", { origin: "remote", path: "a/b", cause });
  assert.deepEqual(
    [error.name, error.message, error.wireNumber, error.exitStatus, error.retryable, error.origin, error.path],
    ["SampanError", "said", 23, 7, false, "remote", "a/b"],
  );
  assert.equal(error.cause, cause);
  assert.equal(new SampanError("E_SILENT", "said").retryable, true);
  assert.equal(new SampanError("E_SILENT", "said").origin, "local");
});

test("whatever is thrown becomes a SampanError, an unforeseen one a bug with its cause", () => {
  const known = new SampanError("E_LINK", "said");
  assert.equal(toSampanError(known), known);
  const thrown = new TypeError("x is not a function");
  const bug = toSampanError(thrown);
  assert.deepEqual([bug.code, bug.cause, bug.message], ["E_BUG", thrown, "unexpected: x is not a function"]);
  assert.equal(toSampanError("text").message, "unexpected: text");
});
