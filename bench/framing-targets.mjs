// The figures of issue 3, beside what was measured. All are ratios within one run.
import { row } from "./targets.mjs";

/** @returns rows {what, wanted, measured, pass}; `pass` is undefined where an operand is missing. */
export function framingTargets({ decode }) {
  const rows = [];
  if (decode !== undefined) {
    const own = decode.results.find(({ contestant }) => contestant === "sampan push");
    const others = decode.results.filter(({ isOwn }) => !isOwn).map(({ nanoseconds }) => nanoseconds);
    const ratio = Math.min(...others) / own.nanoseconds;
    const what = "decoding 4-byte length + 36 bytes, to the best of three packages";
    rows.push(row(what, "≥ 2 ×", ratio, " ×", ratio >= 2));
  }
  return rows;
}
