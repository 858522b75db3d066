import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LaneCount, type LaneCountOptions } from "../../../src/session/files/lane-count.js";

const stepMs = 100;
const mbit = 125;

interface Path {
  readonly roundTripMs: number;
  /** Bytes a millisecond, of so many connections that have been open for so long. */
  readonly rate: (lanes: number, sinceMs: number, nowMs: number) => number;
  /** More than these do not open. */
  readonly most?: number;
}

/** Runs a transfer over a simulated path; gives the connections that were open after each step. */
function simulate(path: Path, forMs: number, options: Partial<LaneCountOptions> = {}): number[] {
  const count = new LaneCount({ most: 64, ...options });
  const seen: number[] = [];
  let bytes = 0;
  let lanes = 1;
  let wanted = 1;
  let changedMs = 0;
  for (let nowMs = 0; nowMs < forMs; nowMs += stepMs) {
    bytes += path.rate(lanes, nowMs - changedMs, nowMs) * stepMs;
    wanted = count.observe({ nowMs, bytes, lanes, roundTripMs: path.roundTripMs });
    const open = Math.min(wanted, path.most ?? 64);
    if (open !== lanes) changedMs = nowMs;
    lanes = open;
    seen.push(lanes);
  }
  return seen;
}

/** Each connection is held down by loss, all together by the pipe. */
const lossy = (each: number, pipe: number) => (lanes: number) => Math.min(pipe, lanes * each);

test("a lossy path gets all connections that there may be, within seconds", () => {
  const seen = simulate({ roundTripMs: 100, rate: lossy(1.3 * mbit, 200 * mbit) }, 10_000);
  assert.equal(seen.at(-1), 64);
  assert.ok(seen.indexOf(64) * stepMs < 6000, `after ${seen.indexOf(64) * stepMs} ms`);
});

test("it stops where more connections bring nothing", () => {
  const seen = simulate({ roundTripMs: 100, rate: lossy(12 * mbit, 44 * mbit) }, 20_000);
  assert.equal(seen.at(-1), 16);
  assert.equal(Math.max(...seen), 16);
});

test("a slow line that one connection fills gets more for a moment, which are taken back, less and less often", () => {
  const seen = simulate({ roundTripMs: 40, rate: () => 5 * mbit }, 600_000);
  const tries = seen.filter((lanes, at) => lanes > 1 && seen[at - 1] === 1).length;
  assert.ok(tries >= 2 && tries <= 6, `${tries} tries`);
  assert.ok(seen.filter((lanes) => lanes > 1).length < seen.length / 20);
});

test("a fast line without loss is left alone for ten seconds; then a second connection is tried", () => {
  const slowStart = (_lanes: number, _since: number, nowMs: number) => Math.min(180 * mbit, 2 ** (nowMs / 100) * 100);
  const seen = simulate({ roundTripMs: 100, rate: slowStart }, 30_000);
  const first = seen.findIndex((lanes) => lanes > 1);
  assert.ok(first * stepMs >= 10_000, `after ${first * stepMs} ms`);
  assert.equal(Math.max(...seen), 2);
  assert.equal(seen.at(-1), 1);
});

for (const burstMs of [500, 1500, 2500, 4000]) {
  test(`a burst of ${burstMs} ms with which connections begin does not end the search`, () => {
    const bursting = (lanes: number, sinceMs: number) => Math.min(200, lanes * (sinceMs < burstMs ? 20 : 4)) * mbit;
    const seen = simulate({ roundTripMs: 100, rate: bursting }, 25_000);
    assert.ok(Math.min(...seen.slice(150)) >= 32, `${Math.min(...seen.slice(150))}`);
  });
}

test("a window that is too small for a long fast line is made up for by several", () => {
  const seen = simulate({ roundTripMs: 200, rate: lossy(160 * mbit, 1000 * mbit) }, 60_000);
  assert.ok((seen.at(-1) as number) >= 4, `${seen.at(-1)}`);
});

test("nothing is taken for a gain while a rate still grows", () => {
  // The second and later connections bring nothing, but every change is followed by a slow climb.
  const climbing = (_lanes: number, sinceMs: number) => 20 * mbit * (1 - 0.9 * Math.exp(-sinceMs / 600));
  const seen = simulate({ roundTripMs: 100, rate: climbing }, 20_000);
  assert.ok(Math.max(...seen) <= 8, `${Math.max(...seen)}`);
});

test("near ends, and transfers that are held to a rate, keep one connection", () => {
  assert.equal(Math.max(...simulate({ roundTripMs: 4, rate: lossy(1 * mbit, 100 * mbit) }, 60_000)), 1);
  const held = { roundTripMs: 100, rate: () => 1000 };
  assert.equal(Math.max(...simulate(held, 60_000, { bytesPerSecond: 1_000_000 })), 1);
  const starved = { roundTripMs: 100, rate: lossy(100, 25_000) };
  assert.ok(Math.max(...simulate(starved, 60_000, { bytesPerSecond: 1_000_000 })) > 4, "far below the rate it helps");
});

test("a path that gets worse gets more, without waiting for the next look", () => {
  const worse = (lanes: number, _since: number, nowMs: number) =>
    nowMs < 5_000 ? 50 * mbit : Math.min(50, lanes * 1.3) * mbit;
  const seen = simulate({ roundTripMs: 60, rate: worse }, 20_000);
  assert.ok((seen[49] as number) <= 2, `${seen[49]} before`);
  assert.ok((seen.at(-1) as number) >= 16, `${seen.at(-1)} after`);
});

test("where no more open it makes do with what there is", () => {
  const seen = simulate({ roundTripMs: 100, rate: lossy(1.3 * mbit, 200 * mbit), most: 3 }, 60_000);
  assert.equal(Math.max(...seen), 3);
});

test("a transfer that begins slowly is not given up for half a minute", () => {
  const late = (lanes: number, _since: number, nowMs: number) => (nowMs < 3000 ? 0 : lanes * mbit);
  const seen = simulate({ roundTripMs: 100, rate: late }, 10_000);
  assert.equal(seen.at(-1), 64);
});

test("whatever a path does: between one and the most, and never asked for without a byte", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 5, maxLength: 50 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 0, max: 2000 }),
      (rates, most, roundTripMs) => {
        const rate = (_lanes: number, _since: number, nowMs: number) =>
          rates[Math.floor(nowMs / 1000) % rates.length] as number;
        const seen = simulate({ roundTripMs, rate }, 120_000, { most });
        assert.ok(seen.every((lanes) => lanes >= 1 && lanes <= most));
        assert.ok(simulate({ roundTripMs, rate: () => 0 }, 120_000, { most }).every((lanes) => lanes === 1));
      },
    ),
    { numRuns: 100 },
  );
});
