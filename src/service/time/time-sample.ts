/** One question and its answer: when it was sent and came back here, and when it arrived and was answered there. */
export interface TimeSample {
  /** Microseconds since 1970, on the clock of this machine. */
  readonly askedMicros: number;
  readonly heardMicros: number;
  /** The same, on the clock of the other. */
  readonly receivedMicros: number;
  readonly sentMicros: number;
}

export interface ClockComparison {
  /** How far the other clock is ahead of ours; negative if it is behind. */
  readonly offsetMs: number;
  /** The offset may be wrong by so much: half of the round trip, or what the service's own steps allow. */
  readonly uncertaintyMs: number;
  readonly roundTripMs: number;
}

/** Compares two clocks by the sample with the shortest round trip (RFC 4330, section 5): delays disturb it least. */
export function compareClocks(samples: readonly TimeSample[]): ClockComparison | undefined {
  const compared = samples.map((sample) => {
    const { askedMicros, heardMicros, receivedMicros, sentMicros } = sample;
    const roundTrip = Math.max(0, heardMicros - askedMicros - (sentMicros - receivedMicros));
    const offset = (receivedMicros - askedMicros + (sentMicros - heardMicros)) / 2;
    return { offsetMs: offset / 1000, uncertaintyMs: roundTrip / 2000, roundTripMs: roundTrip / 1000 };
  });
  return compared.sort((a, b) => a.roundTripMs - b.roundTripMs)[0];
}

/** An answer in whole seconds. */
export interface SecondsSample {
  readonly askedMicros: number;
  readonly heardMicros: number;
  readonly seconds: number;
}

/**
 * The same from whole seconds: each sample says that the other clock was between two seconds at some time between
 * question and answer; together they leave less room. Undefined if no offset fits them all.
 */
export function compareSeconds(samples: readonly SecondsSample[]): ClockComparison | undefined {
  if (samples.length === 0) return undefined;
  const least = Math.max(...samples.map(({ seconds, heardMicros }) => seconds * 1e6 - heardMicros));
  const most = Math.min(...samples.map(({ seconds, askedMicros }) => (seconds + 1) * 1e6 - askedMicros));
  if (least > most) return undefined;
  const roundTrip = Math.min(...samples.map(({ askedMicros, heardMicros }) => heardMicros - askedMicros));
  return { offsetMs: (least + most) / 2000, uncertaintyMs: (most - least) / 2000, roundTripMs: roundTrip / 1000 };
}
