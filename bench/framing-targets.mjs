// The figures of issue 3, beside what was measured. All are ratios within one run.
import { row } from "./targets.mjs";

/** @returns rows {what, wanted, measured, pass}; `pass` is undefined where an operand is missing. */
export function framingTargets({ decode, tcp, writes, trips }) {
  const rows = [];
  if (decode !== undefined) {
    const own = decode.results.find(({ contestant }) => contestant === "sampan push");
    const others = decode.results.filter(({ isOwn }) => !isOwn).map(({ nanoseconds }) => nanoseconds);
    const ratio = Math.min(...others) / own.nanoseconds;
    const what = "decoding 4-byte length + 36 bytes, to the best of three packages";
    rows.push(row(what, "≥ 2 ×", ratio, " ×", ratio >= 2));
  }
  const least = (what, wanted, ratio) => rows.push(row(what, `≥ ${wanted} ×`, ratio, " ×", ratio >= wanted));
  if (tcp !== undefined) {
    const rate = (name) => tcp.results.find(({ contestant }) => contestant === name)?.framesPerSecond ?? Number.NaN;
    least("the same over loopback TCP, to the tutorials' Python pair", 10, rate("sampan") / rate("tutorial, Python"));
  }
  if (writes !== undefined) {
    const [own, each] = writes.results.map(({ calls }) => calls);
    const ratio = own / each;
    rows.push(row("system calls for 10,000 sends, to one write a message", "≤ 0.1 ×", ratio, " ×", ratio <= 0.1));
  }
  if (trips !== undefined) {
    const rate = (name) => trips.results.find(({ contestant }) => contestant === name)?.perSecond ?? Number.NaN;
    least("round trips on 50 connections, to redis PING", 1.2, rate("sampan") / rate("redis PING"));
  }
  return rows;
}
