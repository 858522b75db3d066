import assert from "node:assert/strict";
import { test } from "node:test";
import {
  doneEvent,
  entryEvent,
  errorEvent,
  isoMicroseconds,
  jsonLine,
  transferEvent,
} from "../../src/cli/json-event.js";
import { SampanError } from "../../src/wire/sampan-error.js";

test("a line is one line of JSON that says the same and holds no terminal command", () => {
  const path = "a\n\x1b[31m\u009b31m\u202e\u2028\ufeff空\u007f";
  const line = jsonLine({ event: "x", path });
  assert.deepEqual(JSON.parse(line), { event: "x", path });
  assert.match(line, /^[^\n]+\n$/);
  assert.doesNotMatch(line.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u202e\u2028\ufeff]/);
  assert.match(line, /空/);
});

test("done has every field, and null where there is no digest", () => {
  const result = {
    files: 4,
    bytes: 10,
    sentBytes: 6,
    resumedBytes: 4,
    skippedFiles: 1,
    removedFiles: 2,
    digest: undefined,
    seconds: 1.5,
    problems: [],
  };
  assert.deepEqual(JSON.parse(jsonLine(doneEvent(result))), {
    event: "done",
    files: 4,
    bytes: 10,
    sentBytes: 6,
    resumedBytes: 4,
    skippedFiles: 1,
    removedFiles: 2,
    digest: null,
    seconds: 1.5,
  });
});

test("errors are code and message, never a stack or a cause", () => {
  const error = new SampanError("E_DIGEST", "wrong bytes", { cause: new Error("inner"), path: "p" });
  assert.deepEqual(errorEvent(error), { event: "error", code: "E_DIGEST", message: "wrong bytes" });
  assert.deepEqual(transferEvent({ event: "retry", attempt: 2, delayMs: 500, error }), {
    event: "retry",
    attempt: 2,
    delayMs: 500,
    code: "E_DIGEST",
    message: "wrong bytes",
  });
  assert.deepEqual(transferEvent({ event: "file-end", path: "p", bytes: 1, outcome: "failed", error }), {
    event: "file-end",
    path: "p",
    bytes: 1,
    outcome: "failed",
    code: "E_DIGEST",
    message: "wrong bytes",
  });
});

test("a length that is not known is null", () => {
  const begin = transferEvent({ event: "file-begin", path: "-", bytes: undefined, haveBytes: 0 });
  assert.deepEqual(JSON.parse(jsonLine(begin)), { event: "file-begin", path: "-", bytes: null, haveBytes: 0 });
  const progress = transferEvent({
    event: "progress",
    files: 0,
    bytes: 1,
    sentBytes: 1,
    totalFiles: 1,
    totalBytes: 0,
    walked: true,
    active: [{ path: "-", bytes: undefined, downBytes: 1 }],
  });
  assert.deepEqual(JSON.parse(jsonLine(progress)).active, [{ path: "-", bytes: null, downBytes: 1 }]);
});

test("an entry has the mode as octal text and the time to the microsecond", () => {
  const file = { type: "file", path: "a", mode: 0o644, mtime: 1_700_000_000_123_456, bytes: 5, version: "v" } as const;
  assert.deepEqual(entryEvent(file), {
    event: "entry",
    path: "a",
    type: "file",
    bytes: 5,
    mode: "0644",
    mtime: "2023-11-14T22:13:20.123456Z",
  });
  assert.equal(isoMicroseconds(-1), "1969-12-31T23:59:59.999999Z");
});
