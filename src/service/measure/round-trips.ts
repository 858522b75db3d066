/** Round trips in milliseconds. */
export interface RoundTrips {
  readonly sent: number;
  readonly heard: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** The mean difference between one round trip and the next (RFC 3550 calls its like so). */
  readonly jitterMs: number;
}

/** Sums round trips up, in the order in which they were made; undefined if there were none. */
export function sumUpRoundTrips(took: readonly number[], sent: number): RoundTrips | undefined {
  const sorted = took.toSorted((a, b) => a - b);
  const [minMs, maxMs] = [sorted[0], sorted.at(-1)];
  if (minMs === undefined || maxMs === undefined) return undefined;
  const middle = sorted.length / 2;
  const medianMs = ((sorted[Math.ceil(middle - 0.5)] ?? maxMs) + (sorted[Math.floor(middle - 0.5)] ?? minMs)) / 2;
  const steps = took.slice(1).map((ms, at) => Math.abs(ms - (took[at] as number)));
  const jitterMs = steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return { sent, heard: took.length, minMs, medianMs, maxMs, jitterMs };
}
