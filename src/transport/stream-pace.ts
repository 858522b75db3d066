/*
 * The library's congestion control (BBR) fills what it finds: it keeps a queue standing at the narrowest point of the
 * path, and a TCP flow beside it, which waits in that queue and loses packets at its end, is left with a tenth. So what
 * is given to it is paced: a little less while packets wait in a queue, and more again when none do. Where the queue
 * stays however much this end gives way, it is another's: then the pace goes up and down as TCP's does, lest the other
 * take all.
 */

/** Packets may wait so long before it counts as a queue, or this part of the bare round trip, whichever is more. */
const leastQueueMs = 10;
const queueShare = 0.15;
const lessFactor = 0.9;
const moreFactor = 1.1;
const climbFactor = 1.04;
/** Of the most that the path has carried for this stream. */
const leastShare = 0.4;
/** Room to find that the path carries more than it did. */
const mostShare = 1.1;
/** So many round trips in a row: what the library sends to find its rate is gone by then. */
const queueReadings = 2;
/** Rates are those of so long: shorter ones tell of bursts. */
const rateWindowMs = 500;
/** The bare round trip is the least of so long, as paths change. */
const roundTripWindowMs = 60_000;

export interface StreamReading {
  readonly nowMs: number;
  /** Smoothed, as the library has it. */
  readonly roundTripMs: number;
  /** All that has arrived at the other end so far. */
  readonly deliveredBytes: number;
}

/** How fast bytes may be given to a stream. */
export class StreamPace {
  /** Infinity until a queue was seen. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  #bestRate = 0;
  #lastRate = 0;
  #rateBefore = 0;
  #windowStartMs: number | undefined;
  #windowStartBytes = 0;
  #changedMs = 0;
  #queuedFor = 0;
  /** The pace was as low as it goes, and the queue stayed: it is another's. */
  #climbs = false;
  /** The least round trip of this window and of the one before. */
  #leastMs = Number.POSITIVE_INFINITY;
  #leastBeforeMs = Number.POSITIVE_INFINITY;
  #leastSinceMs = 0;

  /** To be told several times in a round trip, or as often as something is sent. */
  read(reading: StreamReading): void {
    const { nowMs, roundTripMs } = reading;
    if (roundTripMs <= 0) return;
    this.#noteRoundTrip(nowMs, roundTripMs);
    this.#noteRate(reading);
    // What was changed shows after a round trip.
    if (this.#bestRate === 0 || nowMs - this.#changedMs < roundTripMs) return;
    this.#changedMs = nowMs;
    const bareMs = Math.min(this.#leastMs, this.#leastBeforeMs);
    const isQueue = roundTripMs - bareMs > Math.max(leastQueueMs, bareMs * queueShare);
    this.#queuedFor = isQueue ? this.#queuedFor + 1 : 0;
    if (!isQueue) this.#climbs = false;
    if (this.#climbs) this.bytesPerSecond *= climbFactor;
    else if (this.#queuedFor >= queueReadings) {
      const now = Math.min(this.bytesPerSecond, Math.max(this.#lastRate, this.#rateBefore));
      this.bytesPerSecond = now * lessFactor;
    } else if (!isQueue) this.bytesPerSecond *= moreFactor;
    if (this.bytesPerSecond !== Number.POSITIVE_INFINITY) this.#bound();
  }

  /** Between the least and the most; in a queue that stays, up and down between the two. */
  #bound(): void {
    const least = this.#bestRate * leastShare;
    const most = this.#bestRate * mostShare;
    if (this.bytesPerSecond <= least) this.#climbs = this.#queuedFor > 0;
    else if (this.bytesPerSecond >= most) this.#climbs = false;
    this.bytesPerSecond = Math.min(Math.max(this.bytesPerSecond, least), most);
  }

  #noteRoundTrip(nowMs: number, roundTripMs: number): void {
    if (nowMs - this.#leastSinceMs > roundTripWindowMs) {
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = roundTripMs;
      this.#leastSinceMs = nowMs;
    } else this.#leastMs = Math.min(this.#leastMs, roundTripMs);
  }

  #noteRate({ nowMs, deliveredBytes }: StreamReading): void {
    this.#windowStartMs ??= nowMs;
    const lastedMs = nowMs - this.#windowStartMs;
    if (lastedMs < rateWindowMs) return;
    this.#rateBefore = this.#lastRate;
    this.#lastRate = ((deliveredBytes - this.#windowStartBytes) * 1000) / lastedMs;
    this.#bestRate = Math.max(this.#bestRate, this.#lastRate);
    this.#windowStartMs = nowMs;
    this.#windowStartBytes = deliveredBytes;
  }
}
