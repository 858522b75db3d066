import assert from "node:assert/strict";
import { test } from "node:test";
import { fileLine, summaryLine } from "../../../src/cli/transfer/transfer-summary.js";
import type { TransferResult } from "../../../src/service/files/transfer-event.js";
import { SampanError } from "../../../src/wire/sampan-error.js";

const digest = `blake3:${"ab".repeat(32)}`;
const result: TransferResult = {
  files: 4,
  bytes: 2 ** 31,
  sentBytes: 2 ** 30,
  resumedBytes: 2 ** 30,
  skippedFiles: 0,
  removedFiles: 0,
  digest,
  seconds: 2,
  problems: [],
};
const plain = { dryRun: false, checksum: false };

test("the last line: files, size, time, speed of what was sent, what was there, digest", () => {
  assert.equal(
    summaryLine(result, plain),
    `4 files, 2.0 GiB in 2.0 s (512 MiB/s) · 1.0 GiB was there already · ${digest}`,
  );
});

test("where there is no digest it says why", () => {
  const without = { ...result, digest: undefined };
  assert.match(
    summaryLine({ ...without, skippedFiles: 3 }, plain),
    /3 files left .*size and time \(--checksum compares/,
  );
  assert.match(summaryLine({ ...without, skippedFiles: 3 }, { ...plain, checksum: true }), /that differ were left/);
  const problems = [{ path: "x", error: new SampanError("E_SOURCE_CHANGED", "") }];
  assert.match(summaryLine({ ...without, problems }, plain), /1 problem · no digest, as not everything arrived/);
});

test("a dry run does not say that anything was done", () => {
  const line = summaryLine({ ...result, removedFiles: 1 }, { ...plain, dryRun: true });
  assert.equal(line, "dry run: 4 files, 2.0 GiB · 1 file to remove · nothing was changed");
  const removed = { event: "file-end", path: "a\x1b", bytes: 0, outcome: "removed" } as const;
  assert.equal(fileLine(removed, { dryRun: true, verbose: false }), "would remove a\\x1b");
  assert.equal(fileLine(removed, { dryRun: false, verbose: true }), "removed a\\x1b");
  assert.equal(fileLine(removed, { dryRun: false, verbose: false }), undefined);
});
