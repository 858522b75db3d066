import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose, type MeasuredFacts } from "../../../src/service/measure/diagnosis.js";
import { sumUpRoundTrips } from "../../../src/service/measure/round-trips.js";

const MB = 1e6;
const machine = { cipher: 1300 * MB, digest: 5000 * MB, sendBuffer: 4 * MB, receiveBuffer: 6 * MB };
const easy: MeasuredFacts = { roundTripMs: 0.3, loss: 0, up: 110 * MB, down: 110 * MB, here: machine, there: machine };

function limits(facts: Partial<MeasuredFacts>): string[] {
  return diagnose({ ...easy, ...facts }).map(({ direction, limit }) => `${direction}: ${limit}`);
}

test("nothing but a network of a gigabit is left", () => {
  assert.deepEqual(limits({}), ["up: path", "down: path"]);
  const [up] = diagnose(easy);
  assert.ok(up && Math.abs(up.bytesPerSecond - 107 * MB) < 2 * MB && up.limitBytesPerSecond === undefined);
});

test("a disk that takes less than the network carries is the limit on its side", () => {
  assert.deepEqual(limits({ diskThere: 40 * MB, diskHere: 500 * MB }), ["up: disk", "down: path"]);
  assert.deepEqual(limits({ diskHere: 40 * MB }), ["up: path", "down: disk"]);
  assert.equal(diagnose({ ...easy, diskThere: 40 * MB })[0]?.bytesPerSecond, 40 * MB);
});

test("loss over a long way, and the same loss over a short one", () => {
  const lossy = { roundTripMs: 100, loss: 0.01, up: 0.25 * MB, down: 0.3 * MB };
  assert.deepEqual(limits(lossy), ["up: loss", "down: loss"]);
  const [up] = diagnose({ ...easy, ...lossy });
  assert.ok(up?.moreConnectionsHelp && Math.abs((up.limitBytesPerSecond ?? 0) - 176_656) < 1);
  assert.deepEqual(limits({ ...lossy, roundTripMs: 0.5, up: 100 * MB, down: 100 * MB }), ["up: path", "down: path"]);
  // It is far faster than a connection that takes each loss for a full network: the loss is not what holds it.
  assert.deepEqual(limits({ ...lossy, up: 20 * MB, down: 20 * MB }), ["up: window", "down: window"]);
});

test("the buffers over a long way", () => {
  // Half of 6 MB in 200 ms.
  assert.deepEqual(limits({ roundTripMs: 200, up: 9 * MB, down: 9 * MB }), ["up: window", "down: window"]);
  assert.deepEqual(limits({ roundTripMs: 200, up: 2 * MB, down: 2 * MB }), ["up: path", "down: path"]);
  const small = { ...machine, receiveBuffer: 200_000 };
  const up = { roundTripMs: 200, up: 0.5 * MB, down: 2 * MB };
  assert.deepEqual(limits({ ...up, there: small }), ["up: window", "down: path"]);
  // A system that does not tell its buffers is not accused.
  const silent = { cipher: 1300 * MB, digest: 5000 * MB };
  assert.deepEqual(limits({ roundTripMs: 200, up: 9 * MB, down: 9 * MB, here: silent, there: silent }), [
    "up: path",
    "down: path",
  ]);
});

test("a slow processor at either end", () => {
  const slow = { cipher: 60 * MB, digest: 200 * MB };
  assert.deepEqual(limits({ up: 45 * MB, down: 45 * MB, there: slow }), ["up: cpu", "down: cpu"]);
  const [up] = diagnose({ ...easy, up: 45 * MB, here: slow });
  // Digests take their part of the time.
  assert.ok(up && up.bytesPerSecond < 40 * MB && up.limitBytesPerSecond === 60 * MB);
});

test("loss that could not be told does not count", () => {
  assert.deepEqual(limits({ loss: undefined, roundTripMs: 100, up: 0.25 * MB, down: 0.3 * MB }), [
    "up: path",
    "down: path",
  ]);
});

test("round trips are summed up in the order in which they were made", () => {
  assert.deepEqual(sumUpRoundTrips([5, 1, 3], 4), {
    sent: 4,
    heard: 3,
    minMs: 1,
    medianMs: 3,
    maxMs: 5,
    jitterMs: 3,
  });
  assert.equal(sumUpRoundTrips([4, 1, 2, 3], 4)?.medianMs, 2.5);
  assert.deepEqual(sumUpRoundTrips([7], 1), { sent: 1, heard: 1, minMs: 7, medianMs: 7, maxMs: 7, jitterMs: 0 });
  assert.equal(sumUpRoundTrips([], 3), undefined);
});
