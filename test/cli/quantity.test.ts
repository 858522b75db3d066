import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, formatBytes } from "../../src/cli/byte-size.js";
import { formatDuration, formatTimeLeft, parseDurationMs } from "../../src/cli/duration.js";
import { formatRate, parseRate } from "../../src/cli/rate.js";

test("sizes are in IEC units, never 1024 of one", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [102_348, "99.9 KiB"],
    [102_399, "100 KiB"],
    [2 ** 20 - 1, "1.0 MiB"],
    [690 * 2 ** 20, "690 MiB"],
    [2 ** 31, "2.0 GiB"],
    [2 ** 50, "1.0 PiB"],
    [5000 * 2 ** 50, "5000 PiB"],
  ];
  for (const [bytes, text] of sizes) assert.equal(formatBytes(bytes), text);
});

test("counts have their noun", () => {
  assert.equal(countOf(1, "file"), "1 file");
  assert.equal(countOf(0, "file"), "0 files");
  assert.equal(countOf(1204, "file"), "1,204 files");
});

test("rates count 1024, whatever the suffix is called", () => {
  assert.equal(parseRate("800"), 800);
  assert.equal(parseRate("500k"), 500 * 1024);
  assert.equal(parseRate("500KiB"), 500 * 1024);
  assert.equal(parseRate("1.5M"), 1.5 * 2 ** 20);
  assert.equal(parseRate("1GB/s"), 2 ** 30);
  assert.equal(parseRate("0"), undefined);
  assert.equal(formatRate(2 ** 20), "1.0 MiB/s");
});

test("what is no rate is refused", () => {
  for (const text of ["", "fast", "-1", "1x", "1 000", "k", "1e3", "0.2", "99999999T", "Infinity"]) {
    assert.throws(() => parseRate(text), { code: "E_USAGE" }, text);
  }
});

test("times are seconds unless they say otherwise", () => {
  assert.equal(parseDurationMs("30"), 30_000);
  assert.equal(parseDurationMs("30s"), 30_000);
  assert.equal(parseDurationMs("2m"), 120_000);
  assert.equal(parseDurationMs("1h"), 3_600_000);
  assert.equal(parseDurationMs("500ms"), 500);
  assert.equal(parseDurationMs("0.5"), 500);
});

test("what is no time, or more than a timer holds, is refused", () => {
  for (const text of ["", "0", "0s", "soon", "-5", "5d", "30d", "1000h", "1e3"]) {
    assert.throws(() => parseDurationMs(text), { code: "E_USAGE" }, text);
  }
});

test("times for people", () => {
  assert.equal(formatDuration(0.04), "0.0 s");
  assert.equal(formatDuration(3.14), "3.1 s");
  assert.equal(formatDuration(59.4), "59 s");
  assert.equal(formatDuration(59.6), "1 min 00 s");
  assert.equal(formatDuration(3725), "1 h 02 min");
  assert.equal(formatDuration(100_000), "1 d 3 h");
  assert.equal(formatTimeLeft(11.2), "0:12");
  assert.equal(formatTimeLeft(3723), "1:02:03");
  assert.equal(formatTimeLeft(Number.POSITIVE_INFINITY), "--:--");
});
