/** Below this round trip loss is soon made good. */
const nearMs = 8;
/** A window in which the rate is measured: some bursts long, whatever the distance. */
const leastWindowMs = 400;
const windowRoundTrips = 5;
/** New connections are not measured before they have had so many round trips to get going. */
const warmUpRoundTrips = 3;
const leastWarmUpMs = 300;
/** So long they may take to open; those that have come by then are what there is. */
const openingMs = 4000;
const openingRoundTrips = 10;
/** A rate that grows by more than this from window to window has not settled: a slow start is no gain. */
const risingFactor = 1.15;
/** What a doubling has to bring, and below what it has brought nothing. */
const worthwhileFactor = 1.2;
const uselessFactor = 1.05;
/** Under way on one connection: below the first two it starves, above the third it is no victim of loss. */
const dyingBytes = 64 * 1024;
const starvingBytes = 256 * 1024;
const contentBytes = 512 * 1024;
const doubtfulFactor = 0.9;
const mostDoubts = 2;
const firstLookAfterMs = 10_000;
const lookAgainAfterMs = 30_000;
const longestRestMs = 10 * 60_000;
const fallenWindows = 4;

export interface LaneCountOptions {
  /** Never more connections than this. */
  readonly most: number;
  /** The rate to which the transfer is held, if it is. */
  readonly bytesPerSecond?: number | undefined;
}

/** What is known of a transfer at one moment. */
export interface LaneSample {
  readonly nowMs: number;
  /** Bytes that have reached the receiver since the beginning. */
  readonly bytes: number;
  /** Connections that are open. */
  readonly lanes: number;
  /** The shortest round trip that was seen. */
  readonly roundTripMs: number;
}

type Phase = "measuring" | "opening" | "warming-up" | "resting";

/**
 * Finds how many connections a path repays. It measures one, then has two, four or eight times as many opened as long as that
 * brings enough, and takes back what brings nothing. Looks again now and then, and when the rate has broken down.
 * It is fed some times a second, and has no clock of its own.
 */
export class LaneCount {
  readonly #options: LaneCountOptions;
  #wanted = 1;
  #phase: Phase = "measuring";
  /** When the phase is over, for those that end by the clock. */
  #untilMs = 0;
  #windowMs = 0;
  #windowBytes = 0;
  /** Bytes a millisecond in the window before, since the phase began. */
  #lastRate: number | undefined;
  /** Before the last growth: the rate, and the connections that reached it. */
  #before: { readonly rate: number; readonly lanes: number } | undefined;
  #restMs = lookAgainAfterMs;
  /** The rate with which a rest began, and the windows in a row that were far below it. */
  #restingRate = 0;
  #fallen = 0;
  /** Measurements since the last rest that were not believed. */
  #doubts = 0;
  /** A connection that has much under way was given time, and may be tried now. */
  #wasPatient = false;
  #started = false;

  constructor(options: LaneCountOptions) {
    this.#options = options;
  }

  /** Takes a sample, and says how many connections there should be. */
  observe(sample: LaneSample): number {
    const { nowMs, lanes, roundTripMs } = sample;
    if (roundTripMs < nearMs) return this.#wanted;
    if (!this.#started) {
      this.#started = true;
      this.#measure(sample);
    }
    if (this.#phase === "opening") {
      const waitedLong = nowMs >= this.#untilMs;
      if (!waitedLong && lanes < this.#wanted * 0.75) return this.#wanted;
      this.#phase = "warming-up";
      this.#untilMs = nowMs + Math.max(leastWarmUpMs, warmUpRoundTrips * roundTripMs);
    } else if (this.#phase === "warming-up") {
      if (nowMs >= this.#untilMs) this.#measure(sample);
    } else this.#takeWindow(sample);
    return this.#wanted;
  }

  #measure({ nowMs, bytes }: LaneSample): void {
    this.#phase = "measuring";
    this.#lastRate = undefined;
    this.#windowMs = nowMs;
    this.#windowBytes = bytes;
  }

  #takeWindow(sample: LaneSample): void {
    const { nowMs, bytes, roundTripMs } = sample;
    const lengthMs = nowMs - this.#windowMs;
    if (lengthMs < Math.max(leastWindowMs, windowRoundTrips * roundTripMs)) return;
    const rate = Math.max(0, bytes - this.#windowBytes) / lengthMs;
    this.#windowMs = nowMs;
    this.#windowBytes = bytes;
    if (this.#phase === "resting") return this.#rest(sample, rate);
    // Where nothing moves there is nothing to be learned: a disk may be slow, or a sender still looking.
    if (rate === 0) return;
    const last = this.#lastRate;
    this.#lastRate = rate;
    if (this.#isPlain(sample, rate)) return this.#decide(sample, rate);
    if (last === undefined) return;
    // With so little under way in the second window it is no slow start: that would be further by now.
    const isPoor = this.#before === undefined && (rate / sample.lanes) * roundTripMs < starvingBytes / 2;
    if (isPoor || rate <= last * risingFactor) this.#decide(sample, (last + rate) / 2);
  }

  /** Whether more connections have brought so much that it need not settle first. */
  #isPlain({ lanes }: LaneSample, rate: number): boolean {
    const before = this.#before;
    return before !== undefined && lanes > before.lanes && rate > before.rate * 1.25 * due(before.lanes, lanes);
  }

  #decide(sample: LaneSample, rate: number): void {
    const { lanes, nowMs } = sample;
    const before = this.#before;
    this.#before = undefined;
    if (before && lanes <= before.lanes) {
      this.#wanted = lanes;
      return this.#beginRest(nowMs, rate);
    }
    if (before && rate < before.rate * due(before.lanes, lanes)) {
      // New connections begin with a burst. Less with more of them than with fewer says that the fewer were in theirs.
      if (rate < before.rate * doubtfulFactor && this.#doubts++ < mostDoubts) return this.#grow(sample, rate);
      if (before.lanes === 1 && rate < before.rate * uselessFactor) this.#wanted = 1;
      return this.#beginRest(nowMs, rate);
    }
    if (before) this.#restMs = lookAgainAfterMs;
    this.#grow(sample, rate);
  }

  #grow({ nowMs, lanes, roundTripMs }: LaneSample, rate: number): void {
    const { most, bytesPerSecond } = this.#options;
    const isHeld = bytesPerSecond !== undefined && rate * 1000 > 0.5 * bytesPerSecond;
    if (isHeld) return this.#beginRest(nowMs, rate);
    const underWayBytes = (rate / lanes) * roundTripMs;
    if (underWayBytes > contentBytes && !this.#wasPatient) {
      this.#wasPatient = true;
      this.#beginRest(nowMs, rate);
      this.#untilMs = nowMs + firstLookAfterMs;
      return;
    }
    const factor = underWayBytes < dyingBytes ? 8 : underWayBytes < starvingBytes ? 4 : 2;
    const more = Math.min(most, lanes * factor);
    // Some may have failed to open, or been lost: those are not replaced.
    if (more <= this.#wanted && lanes > 1) return this.#beginRest(nowMs, rate);
    this.#before = { rate, lanes };
    this.#wanted = Math.max(this.#wanted, more);
    this.#phase = "opening";
    this.#untilMs = nowMs + openingMs + openingRoundTrips * roundTripMs;
  }

  #beginRest(nowMs: number, rate: number): void {
    this.#phase = "resting";
    this.#restingRate = rate;
    this.#fallen = 0;
    this.#doubts = 0;
    this.#untilMs = nowMs + this.#restMs;
    // What brought nothing is tried less and less often.
    this.#restMs = Math.min(longestRestMs, this.#restMs * 2);
  }

  #rest(sample: LaneSample, rate: number): void {
    this.#fallen = rate < this.#restingRate / 2 ? this.#fallen + 1 : 0;
    if (this.#fallen >= fallenWindows) this.#restMs = lookAgainAfterMs;
    else if (sample.nowMs < this.#untilMs) return;
    this.#measure(sample);
  }
}

/** The factor by which the rate has to grow, for the growth from `before` to `now` connections to be worth it. */
function due(before: number, now: number): number {
  return worthwhileFactor ** Math.log2(now / before);
}
