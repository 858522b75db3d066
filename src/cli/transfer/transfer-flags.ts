import { type Command, Option } from "commander";
import type { TransferOptions } from "../../service/files/transfer-event.js";
import { checkFilterPattern, type FilterRule } from "../../wire/filter.js";
import { maxFilterRules, maxLanes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { parseRate } from "../rate.js";
import { plainFlag, udpFlag, type WayFlags } from "../way.js";

/** The flags of get and put, as commander gives them. */
export interface TransferFlags extends WayFlags {
  readonly checksum?: true;
  readonly dryRun?: true;
  readonly filter: readonly FilterRule[];
  readonly delete?: true;
  readonly overwrite?: true;
  readonly rename?: true;
  readonly skip?: true;
  /** Bytes a second; null: no limit. */
  readonly bwlimit?: number | null;
  readonly jobs?: number;
  readonly timeout?: number;
  readonly anyLinks?: true;
  readonly sync: boolean;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** Adds --include and --exclude, whose order among one another counts; returns the list that they fill. */
export function addFilterFlags(command: Command): readonly FilterRule[] {
  const filter: FilterRule[] = [];
  const rule = (include: boolean) => (pattern: string) => {
    checkFilterPattern(pattern);
    if (filter.length >= maxFilterRules)
      throw new SampanError("E_USAGE", `at most ${maxFilterRules} rules can be given`);
    filter.push({ pattern, include });
    return filter;
  };
  command
    .addOption(
      new Option("--exclude <rule>", "leave out what matches, as in a .gitignore (repeatable)").argParser(rule(false)),
    )
    .addOption(
      new Option(
        "--include <rule>",
        "take it after all; the last rule that matches decides; alone: only that",
      ).argParser(rule(true)),
    );
  return filter;
}

/** Adds the flags of get and put; returns what reads them, with the rules in order. */
export function addTransferFlags(command: Command): (options: object) => TransferFlags {
  command
    .option("-c, --checksum", "compare contents, not size and time, with what is there")
    .option("-n, --dry-run", "say what would be done, and do nothing");
  const filter = addFilterFlags(command);
  command
    .option("--delete", "remove at the destination what is not at the source")
    .addOption(new Option("--overwrite", "replace files that differ (default)").conflicts(["rename", "skip"]))
    .addOption(new Option("--rename", "keep them, and write beside: name (1).ext").conflicts(["overwrite", "skip"]))
    .addOption(new Option("--skip", "leave them as they are").conflicts(["overwrite", "rename"]))
    .option(
      "--bwlimit <rate>",
      "at most so many bytes a second: 500k, 10M (1024 each)",
      (text) => parseRate(text) ?? null,
    )
    .option("-j, --jobs <n>", `connections at once, 1 to ${maxLanes}`, parseJobs)
    .option("--timeout <time>", "give up after so long without progress: 30, 30s, 2m (default 60s)", parseDurationMs)
    .option("--any-links", "make symbolic links that lead out of the tree, too")
    .option("--no-sync", "do not wait for the disk before a file gets its name")
    .addOption(plainFlag())
    .addOption(udpFlag())
    .option("--json", "one JSON event a line")
    .addOption(new Option("-q, --quiet", "problems and errors only").conflicts("verbose"))
    .option("-v, --verbose", "a line a file");
  return (options) => ({ ...(options as Omit<TransferFlags, "filter">), filter });
}

/** The library's options for these flags. */
export function transferOptions(flags: TransferFlags): TransferOptions {
  return {
    existing: flags.rename ? "rename" : flags.skip ? "skip" : "overwrite",
    checksum: flags.checksum ?? false,
    dryRun: flags.dryRun ?? false,
    delete: flags.delete ?? false,
    anyLinks: flags.anyLinks ?? false,
    sync: flags.sync,
    ...(flags.filter.length > 0 ? { filter: flags.filter } : {}),
    ...(typeof flags.bwlimit === "number" ? { bytesPerSecond: flags.bwlimit } : {}),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }),
  };
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= maxLanes) return jobs;
  throw new SampanError("E_USAGE", `--jobs takes a whole number from 1 to ${maxLanes}, not "${text}"`);
}
