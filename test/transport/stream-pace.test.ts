import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { StreamPace } from "../../src/transport/stream-pace.js";

const bareMs = 100;
const stepMs = 10;

interface Path {
  /** Bytes a second through the narrowest point. */
  readonly rate: number;
  /** What this end would send if nothing held it. */
  readonly wants: number;
  /** Milliseconds that somebody else's packets make everybody wait. */
  readonly othersQueueMs: number;
}

/** Sends over a path with one queue and no loss; gives the rate of the last `measureMs` and the queue at their end. */
function send(pace: StreamPace, path: Path, fromMs: number, lastMs: number, before = 0) {
  let queuedBytes = 0;
  let deliveredBytes = before;
  let smoothedMs = bareMs;
  const measureMs = lastMs / 2;
  let atHalf = before;
  for (let atMs = 0; atMs < lastMs; atMs += stepMs) {
    queuedBytes += (Math.min(path.wants, pace.bytesPerSecond) * stepMs) / 1000;
    const left = Math.min(queuedBytes, (path.rate * stepMs) / 1000);
    queuedBytes -= left;
    deliveredBytes += left;
    if (atMs < lastMs - measureMs) atHalf = deliveredBytes;
    const roundTripMs = bareMs + path.othersQueueMs + (queuedBytes * 1000) / path.rate;
    smoothedMs += (roundTripMs - smoothedMs) / 8;
    pace.read({ nowMs: fromMs + atMs, roundTripMs: smoothedMs, deliveredBytes });
  }
  return {
    rate: ((deliveredBytes - atHalf) * 1000) / measureMs,
    queueMs: (queuedBytes * 1000) / path.rate,
    deliveredBytes,
  };
}

test("nothing holds a stream that makes no queue", () => {
  const pace = new StreamPace();
  send(pace, { rate: 25e6, wants: 20e6, othersQueueMs: 0 }, 0, 20_000);
  assert.equal(pace.bytesPerSecond, Number.POSITIVE_INFINITY);
});

test("a queue of its own making is brought down, and the path stays full", () => {
  const pace = new StreamPace();
  const { rate, queueMs } = send(pace, { rate: 25e6, wants: 26e6, othersQueueMs: 0 }, 0, 30_000);
  assert.ok(rate > 0.9 * 25e6, `${rate} bytes a second`);
  assert.ok(queueMs < 60, `a queue of ${queueMs} ms`);
});

test("where somebody else keeps the queue full it gives way in turns, and comes back when they are gone", () => {
  const pace = new StreamPace();
  const alone = { rate: 25e6, wants: 24e6, othersQueueMs: 0 };
  const first = send(pace, alone, 0, 5000);
  const beside = send(pace, { ...alone, othersQueueMs: 80 }, 5000, 10_000, first.deliveredBytes);
  assert.ok(beside.rate < 0.8 * 24e6, `${beside.rate} bytes a second`);
  assert.ok(beside.rate > 0.4 * 24e6, `${beside.rate} bytes a second`);
  const again = send(pace, alone, 15_000, 10_000, beside.deliveredBytes);
  assert.ok(again.rate > 0.9 * 24e6, `${again.rate} bytes a second`);
});

test("a stream that begins in another's queue finds its share all the same", () => {
  const pace = new StreamPace();
  const start = send(pace, { rate: 25e6, wants: 1e6, othersQueueMs: 0 }, 0, 2000);
  const path = { rate: 25e6, wants: 24e6, othersQueueMs: 80 };
  const first = send(pace, path, 2000, 10_000, start.deliveredBytes);
  const later = send(pace, path, 12_000, 40_000, first.deliveredBytes);
  assert.ok(later.rate > 0.4 * 25e6, `${later.rate} bytes a second`);
});

test("a path that has become longer is no queue for ever", () => {
  const pace = new StreamPace();
  const alone = { rate: 25e6, wants: 24e6, othersQueueMs: 0 };
  const first = send(pace, alone, 0, 5000);
  const { rate } = send(pace, { ...alone, othersQueueMs: 80 }, 5000, 200_000, first.deliveredBytes);
  assert.ok(rate > 0.9 * 24e6, `${rate} bytes a second`);
});

test("whatever it is told, the pace is above half of what the path has carried, and never zero", () => {
  const readings = fc.array(fc.record({ afterMs: fc.nat(500), roundTripMs: fc.nat(3000), bytes: fc.nat(1e8) }));
  fc.assert(
    fc.property(readings, (list) => {
      const pace = new StreamPace();
      let nowMs = 0;
      let deliveredBytes = 0;
      for (const { afterMs, roundTripMs, bytes } of list) {
        nowMs += afterMs;
        deliveredBytes += bytes;
        pace.read({ nowMs, roundTripMs, deliveredBytes });
        assert.ok(pace.bytesPerSecond > 0, String(pace.bytesPerSecond));
      }
    }),
  );
});
