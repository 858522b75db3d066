import { printable } from "../../wire/wire-path.js";
import { countOf, formatBytes, grouped } from "../byte-size.js";
import { cutMiddle, cutToWidth, displayWidth, padToWidth } from "../display-width.js";
import { formatDuration, formatTimeLeft } from "../duration.js";
import { formatRate } from "../rate.js";
import type { Tone } from "../terminal.js";
import type { FileInFlight, Progress } from "./progress.js";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

const minNameColumns = 12;
const maxNameColumns = 40;
const maxBarColumns = 30;

/**
 * The lines that show a transfer: one for each large file in flight, one for the whole, and one for what stands in the
 * way. None is wider than `columns`, and there are at most `maxLines`.
 */
export function progressLines(progress: Progress, nowMs: number, columns: number, maxLines: number): Line[] {
  const below = [totalLine(progress, nowMs, columns)];
  const trouble = troubleText(progress, nowMs);
  if (trouble !== undefined) below.push({ text: cutToWidth(trouble, columns), tone: "warning" });
  const files = progress.active;
  const room = Math.max(0, maxLines - below.length);
  const shown = files.length > room ? files.slice(0, Math.max(0, room - 1)) : files;
  const nameColumns = nameWidth(shown, columns);
  const lines: Line[] = shown.map((file) => ({ text: fileLine(file, nowMs, columns, nameColumns), tone: "plain" }));
  const hidden = files.length - shown.length;
  if (hidden > 0 && room > 0)
    lines.push({ text: cutToWidth(`and ${countOf(hidden, "more file")}`, columns), tone: "dim" });
  return [...lines, ...below];
}

/** What is wrong just now, in words; undefined if nothing is. */
export function troubleText(progress: Progress, nowMs: number): string | undefined {
  const { trouble } = progress;
  if (trouble === undefined) return undefined;
  if (trouble.kind === "stalled") {
    return `no answer from the other end for ${Math.round((nowMs - trouble.sinceMs) / 1000)} s`;
  }
  const leftMs = trouble.atMs - nowMs;
  const when =
    leftMs > 0 ? `trying again in ${formatDuration(Math.ceil(leftMs / 1000)).replace(".0", "")}` : "trying again";
  return `connection lost: ${printable(trouble.message)}; ${when}`;
}

function nameWidth(files: readonly FileInFlight[], columns: number): number {
  const longest = Math.max(0, ...files.map((file) => displayWidth(printable(file.path))));
  return Math.min(longest, maxNameColumns, Math.max(minNameColumns, Math.floor(columns / 3)));
}

function fileLine(file: FileInFlight, nowMs: number, columns: number, nameColumns: number): string {
  const name = padToWidth(cutMiddle(printable(file.path), nameColumns), nameColumns);
  const rate = file.speed.perSecond(nowMs);
  const facts = [
    share(file.downBytes, file.bytes),
    rate > 0 ? formatRate(rate) : "",
    left(file.bytes, file.downBytes, rate),
  ];
  return compose(name, file.downBytes, file.bytes, facts, columns);
}

function totalLine(progress: Progress, nowMs: number, columns: number): Line {
  const { files, bytes, totalFiles, totalBytes, walked } = progress.counts;
  const failed = progress.failed > 0 ? `${progress.failed} failed` : "";
  switch (progress.phase) {
    case "connecting":
      return { text: cutToWidth("connecting", columns), tone: "strong" };
    case "walking":
      return { text: cutToWidth("looking at the files", columns), tone: "strong" };
    case "finishing": {
      const text = joined([
        `finishing: comparing digests, syncing`,
        countOf(files, "file"),
        formatBytes(bytes),
        failed,
      ]);
      return { text: cutToWidth(text, columns), tone: "strong" };
    }
    case "moving":
  }
  const streaming = progress.active.some((file) => file.bytes === undefined);
  const total = streaming || !walked ? undefined : totalBytes;
  const rate = progress.bytesPerSecond(nowMs);
  const more = walked ? "" : "+";
  const facts = [
    streaming ? formatBytes(bytes) : `${share(bytes, totalBytes)}${more}`,
    progress.trouble === undefined && rate > 0 ? formatRate(rate) : "",
    progress.trouble === undefined ? left(total, bytes, rate) : "",
    `${grouped(files)}/${countOf(totalFiles, "file")}${more}`,
    progress.lanes > 1 ? countOf(progress.lanes, "connection") : "",
    progress.haveBytes > 0 ? `${formatBytes(progress.haveBytes)} already there` : "",
    failed,
  ];
  const word = progress.direction === "put" ? "sending" : "fetching";
  return { text: compose(word, bytes, total, facts, columns), tone: "strong" };
}

/** Name, bar, percent and facts in one line; where it gets narrow the bar goes, then the sizes, then the end. */
function compose(
  name: string,
  done: number,
  total: number | undefined,
  facts: readonly string[],
  columns: number,
): string {
  const known = total !== undefined;
  const ratio = !known ? 0 : total === 0 ? 1 : Math.min(1, done / total);
  const percent = known ? `${String(Math.floor(ratio * 100)).padStart(3)}%` : "";
  const full = joined([percent, ...facts]);
  const fits = displayWidth(name) + 2 + displayWidth(full) <= columns;
  const text = fits || !known ? full : joined([percent, ...facts.slice(1)]);
  const room = Math.min(maxBarColumns, columns - displayWidth(name) - displayWidth(text) - 4);
  const bar = known && room >= 8 ? barText(ratio, room) : "";
  return cutToWidth(joined([name, bar, text]), columns);
}

/** A bar of exactly `columns`, of characters that are one column wide everywhere. */
export function barText(ratio: number, columns: number): string {
  const inner = columns - 2;
  const filled = Math.floor(Math.max(0, Math.min(1, ratio)) * inner);
  return `[${"#".repeat(filled)}${"-".repeat(inner - filled)}]`;
}

function share(done: number, total: number | undefined): string {
  return total === undefined ? formatBytes(done) : `${formatBytes(done)} / ${formatBytes(total)}`;
}

function left(total: number | undefined, done: number, rate: number): string {
  return total === undefined || rate < 1 || done >= total ? "" : `${formatTimeLeft((total - done) / rate)} left`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("  ");
}
