import assert from "node:assert/strict";
import { test } from "node:test";
import { displayWidth } from "../../../src/cli/display-width.js";
import { Progress } from "../../../src/cli/transfer/progress.js";
import { barText, progressLines } from "../../../src/cli/transfer/progress-line.js";
import type { TransferProgress } from "../../../src/service/files/transfer-event.js";
import { SampanError } from "../../../src/wire/sampan-error.js";

const MiB = 2 ** 20;

function counts(change: Partial<TransferProgress>): TransferProgress {
  return {
    event: "progress",
    files: 0,
    bytes: 0,
    sentBytes: 0,
    totalFiles: 4,
    totalBytes: 100 * MiB,
    walked: true,
    active: [],
    ...change,
  };
}

function texts(progress: Progress, nowMs: number, columns = 100, maxLines = 10): string[] {
  return progressLines(progress, nowMs, columns, maxLines).map((line) => line.text);
}

/** A transfer that has run at 10 MiB/s for a second, on top of 20 MiB from before. */
function underway(path = "film.mp4"): Progress {
  const progress = new Progress("put", 0);
  progress.apply({ event: "connected", attempt: 1 }, 5000);
  progress.apply({ event: "file-begin", path, bytes: 100 * MiB, haveBytes: 20 * MiB }, 5000);
  const active = [{ path, bytes: 100 * MiB, downBytes: 30 * MiB }];
  progress.apply(counts({ bytes: 30 * MiB, sentBytes: 10 * MiB, active }), 6000);
  return progress;
}

test("every phase has its words", () => {
  const progress = new Progress("get", 0);
  assert.deepEqual(texts(progress, 0), ["connecting"]);
  progress.apply({ event: "connected", attempt: 1 }, 0);
  assert.deepEqual(texts(progress, 0), ["looking at the files"]);
  progress.apply(counts({ bytes: 50 * MiB, sentBytes: 50 * MiB, files: 2 }), 1000);
  assert.match(texts(progress, 1000)[0] ?? "", /^fetching .* 50% .*2\/4 files$/);
  progress.apply(counts({ bytes: 100 * MiB, sentBytes: 100 * MiB, files: 4 }), 2000);
  assert.match(texts(progress, 2000)[0] ?? "", /^finishing/);
});

test("a file and the whole: bar, percent, sizes, speed, time left, what is already there", () => {
  const [file, whole, ...more] = texts(underway(), 6000, 110);
  assert.deepEqual(more, []);
  assert.match(file ?? "", /^film\.mp4 {2}\[#+-+\] {3}30% {2}30\.0 MiB \/ 100 MiB {2}10\.0 MiB\/s {2}0:07 left$/);
  assert.match(
    whole ?? "",
    /30\.0 MiB \/ 100 MiB {2}10\.0 MiB\/s {2}0:07 left {2}0\/4 files {2}20\.0 MiB already there$/,
  );
});

test("the time spent connecting does not count into the speed", () => {
  assert.equal(underway().bytesPerSecond(6000), 10 * MiB);
});

test("while the walk runs totals are marked, and no percent is claimed", () => {
  const progress = underway();
  progress.apply(counts({ walked: false, bytes: 31 * MiB, sentBytes: 11 * MiB }), 6100);
  const [whole] = texts(progress, 6100);
  assert.match(whole ?? "", /31\.0 MiB \/ 100 MiB\+ .* 0\/4 files\+/);
  assert.doesNotMatch(whole ?? "", /%|left/);
});

test("a stream of unknown length shows neither percent nor time left", () => {
  const progress = underway("-");
  const active = [{ path: "-", bytes: undefined, downBytes: 40 * MiB }];
  progress.apply(counts({ bytes: 40 * MiB, sentBytes: 20 * MiB, totalBytes: 0, active }), 7000);
  for (const line of texts(progress, 7000)) {
    assert.match(line, /40\.0 MiB/);
    assert.doesNotMatch(line, /%|left|finishing/);
  }
});

test("no line is wider than the terminal, whatever the names", () => {
  for (const name of ["空 文件".repeat(30), "x".repeat(400), "\x1b[31m\x1b[2J", "🎬"]) {
    const progress = underway(name);
    progress.apply({ event: "retry", attempt: 2, delayMs: 2000, error: new SampanError("E_SILENT", name) }, 6000);
    for (let columns = 10; columns <= 200; columns += 5) {
      for (const line of texts(progress, 6000, columns))
        assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
    }
  }
});

test("terminal escapes in names and messages are shown, not obeyed", () => {
  const progress = underway("\x1b[31mred\u202e");
  progress.apply({ event: "retry", attempt: 2, delayMs: 0, error: new SampanError("E_SILENT", "\x1b]0;t\x07") }, 6000);
  const all = texts(progress, 6000).join("\n");
  assert.doesNotMatch(all.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  assert.match(all, /\\x1b\[31mred\\u202e/);
  assert.match(all, /\\x1b\]0;t\\x07/);
});

test("a stall is said, counted up, hides speed and time left of the whole, and goes when bytes come", () => {
  const progress = underway();
  progress.apply({ event: "stalled", silentMs: 5000 }, 11_000);
  assert.equal(texts(progress, 11_000).at(-1), "no answer from the other end for 5 s");
  assert.equal(texts(progress, 12_000).at(-1), "no answer from the other end for 6 s");
  assert.doesNotMatch(texts(progress, 12_000).at(-2) ?? "", /MiB\/s|left/);
  progress.apply(counts({ bytes: 30 * MiB, sentBytes: 10 * MiB }), 12_000);
  assert.match(texts(progress, 12_000).at(-1) ?? "", /no answer/);
  progress.apply(counts({ bytes: 31 * MiB, sentBytes: 11 * MiB }), 12_500);
  assert.doesNotMatch(texts(progress, 12_500).join(), /no answer/);
});

test("a lost connection counts down to the next attempt", () => {
  const progress = underway();
  progress.apply({ event: "retry", attempt: 2, delayMs: 2000, error: new SampanError("E_SILENT", "it was cut") }, 6000);
  assert.equal(texts(progress, 6000).at(-1), "connection lost: it was cut; trying again in 2 s");
  assert.equal(texts(progress, 7500).at(-1), "connection lost: it was cut; trying again in 1 s");
  assert.equal(texts(progress, 9000).at(-1), "connection lost: it was cut; trying again");
  progress.apply({ event: "connected", attempt: 2 }, 9500);
  assert.doesNotMatch(texts(progress, 9500).join(), /lost/);
});

test("more files than lines are counted in one", () => {
  const progress = underway();
  const active = Array.from({ length: 12 }, (_, at) => ({ path: `f${at}`, bytes: MiB, downBytes: 0 }));
  progress.apply(counts({ bytes: 32 * MiB, sentBytes: 12 * MiB, active }), 6500);
  const lines = texts(progress, 6500, 100, 5);
  assert.equal(lines.length, 5);
  assert.equal(lines[3], "and 9 more files");
});

test("a speed falls when nothing comes", () => {
  const progress = underway();
  assert.ok(progress.bytesPerSecond(16_000) < 1 * MiB);
});

test("failed files are counted", () => {
  const progress = underway();
  progress.apply({ event: "file-end", path: "x", bytes: 1, outcome: "failed" }, 6000);
  assert.match(texts(progress, 6000, 140).at(-1) ?? "", /1 failed$/);
});

test("a bar has its width at every ratio", () => {
  for (const ratio of [-1, 0, 0.5, 0.999, 1, 2]) assert.equal(barText(ratio, 12).length, 12);
  assert.equal(barText(0.999, 12), "[#########-]");
  assert.equal(barText(1, 12), "[##########]");
});
