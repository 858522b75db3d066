import type { FilesEvent } from "../../session/files/progress.js";
import type { SampanError } from "../../wire/sampan-error.js";

export type { ActiveFile, FileOutcome, TransferProgress } from "../../session/files/progress.js";

/** What a transfer tells while it runs. Paths are wire paths as the receiving side names them, unescaped. */
export type TransferEvent =
  /** A connection is made (again, after a loss: `attempt` counts from 1). */
  | { readonly event: "connected"; readonly attempt: number }
  | FilesEvent
  /** So many connections carry the transfer from now on. */
  | { readonly event: "lanes"; readonly count: number }
  /** Nothing has come from the other end for `silentMs`. Repeated while it lasts. */
  | { readonly event: "stalled"; readonly silentMs: number }
  /** The connection is lost or given up; the next attempt begins in `delayMs`. */
  | { readonly event: "retry"; readonly attempt: number; readonly delayMs: number; readonly error: SampanError };

export interface TransferResult {
  /** Files at the destination that this command is about, those that were the same already included. */
  readonly files: number;
  readonly bytes: number;
  /** Content bytes that crossed the wire in this run of the command, all its connections together. */
  readonly sentBytes: number;
  /** Content bytes that an earlier run had brought. */
  readonly resumedBytes: number;
  /** Files left alone, as they were there already. */
  readonly skippedFiles: number;
  /**
   * `blake3:` and 64 hex digits: the digest that both ends agreed on, the same as `sampan hash` prints. Undefined where
   * files were skipped by size and time alone, or some failed, so that nobody can vouch for all of the bytes.
   */
  readonly digest: string | undefined;
  readonly seconds: number;
  /** What could not be moved; a command with problems ends with status 8. */
  readonly problems: readonly { readonly path: string; readonly error: SampanError }[];
  /** Files that --delete removed. */
  readonly removedFiles: number;
}

export interface TransferOptions {
  /** What to do with files that are there and differ. Default: overwrite. */
  readonly existing?: "overwrite" | "rename" | "skip";
  /** Compare contents, not size and time, with what is there already. */
  readonly checksum?: boolean;
  readonly dryRun?: boolean;
  /** .gitignore rules in order; the last that matches decides. */
  readonly filter?: readonly { readonly pattern: string; readonly include: boolean }[];
  /** Remove what is at the destination and not at the source. */
  readonly delete?: boolean;
  /** Content bytes a second, at the most. */
  readonly bytesPerSecond?: number;
  /** Connections at once, up to 64. Default: one, and more as long as the path repays them. */
  readonly jobs?: number;
  /** Make symbolic links that lead out of the tree, too. */
  readonly anyLinks?: boolean;
  /** Give up when nothing has been heard from the other end for so long, over all attempts. Default 60,000. */
  readonly timeoutMs?: number;
  /** Sync to disk before a file gets its name. Default true. */
  readonly sync?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TransferEvent) => void;
}

/** A running transfer: await it for the result, iterate it for the events. */
export interface Transfer extends AsyncIterable<TransferEvent> {
  readonly result: Promise<TransferResult>;
}
