import type { TransferEvent, TransferResult } from "../../service/files/transfer-event.js";
import { printable } from "../../wire/wire-path.js";
import { countOf, formatBytes } from "../byte-size.js";
import { formatDuration } from "../duration.js";
import { formatRate } from "../rate.js";

/** What the summary has to know of the command. */
export interface SummaryOptions {
  readonly dryRun: boolean;
  readonly checksum: boolean;
}

/** The line at the end: `4 files, 2.0 GiB in 3.1 s (661 MiB/s) · 1.0 GiB was there already · blake3:…`. */
export function summaryLine(result: TransferResult, options: SummaryOptions): string {
  const { files, bytes, sentBytes, resumedBytes, skippedFiles, removedFiles, seconds } = result;
  const what = `${countOf(files, "file")}, ${formatBytes(bytes)}`;
  if (options.dryRun) {
    return joined([
      `dry run: ${what}`,
      removedFiles > 0 ? `${countOf(removedFiles, "file")} to remove` : "",
      "nothing was changed",
    ]);
  }
  const speed = sentBytes > 0 && seconds > 0 ? ` (${formatRate(sentBytes / seconds)})` : "";
  return joined([
    `${what} in ${formatDuration(seconds)}${speed}`,
    resumedBytes > 0 ? `${formatBytes(resumedBytes)} was there already` : "",
    skippedFiles > 0 ? `${countOf(skippedFiles, "file")} left as ${skippedFiles === 1 ? "it was" : "they were"}` : "",
    removedFiles > 0 ? `${countOf(removedFiles, "file")} removed` : "",
    result.problems.length > 0 ? countOf(result.problems.length, "problem") : "",
    result.digest ?? whyNoDigest(result, options),
  ]);
}

function whyNoDigest(result: TransferResult, options: SummaryOptions): string {
  if (result.problems.length > 0) return "no digest, as not everything arrived";
  if (result.skippedFiles > 0 && !options.checksum) {
    return "no digest, as files were skipped by size and time (--checksum compares contents)";
  }
  return result.skippedFiles > 0 ? "no digest, as files that differ were left as they were" : "no digest";
}

/** The line about a file: a dry run says what it would do, --verbose says all; else undefined. */
export function fileLine(
  event: Extract<TransferEvent, { event: "file-end" }>,
  options: { readonly dryRun: boolean; readonly verbose: boolean },
): string | undefined {
  if (!options.dryRun && !options.verbose) return undefined;
  const name = printable(event.path === "" ? "." : event.path);
  const size = formatBytes(event.bytes);
  switch (event.outcome) {
    case "would":
      return `would move ${name}  ${size}`;
    case "removed":
      return `${options.dryRun ? "would remove" : "removed"} ${name}`;
    case "same":
      return options.verbose ? `${name}  ${size}  there already` : undefined;
    case "done":
    case "skipped":
    case "failed":
      return `${name}  ${size}  ${event.outcome}`;
  }
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}
