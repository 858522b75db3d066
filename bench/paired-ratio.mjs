// Two contestants of the same rounds, compared round by round: what drifts in the machine hits both runs of a round alike,
// and the spread of the ratios says how far the figure is to be trusted.
import { median } from "./median.mjs";

/** @returns {median, low, high}: the middle and the quartiles of `above` to `below`, both {runs}, in one round each */
export function pairedRatio(above, below, figure) {
  const rounds = Math.min(above?.runs.length ?? 0, below?.runs.length ?? 0);
  if (rounds === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN };
  const ratios = Array.from({ length: rounds }, (_, round) => above.runs[round][figure] / below.runs[round][figure]);
  ratios.sort((a, b) => a - b);
  const half = Math.ceil(rounds / 2);
  return { median: median(ratios), low: median(ratios.slice(0, half)), high: median(ratios.slice(-half)) };
}
