import type { SampanError } from "../../wire/sampan-error.js";

/** What became of one file. `would` is what a dry run says of a file that it would move. */
export type FileOutcome = "done" | "same" | "skipped" | "failed" | "would" | "removed";

/** What a sending or receiving session tells. Paths are unescaped. */
export type FilesEvent =
  /**
   * A large file has begun or goes on; `haveBytes` of it were there already. A sender knows it from the receiver, which
   * says it on the first connection: where another is quicker to ask for a block, it may be less than there is.
   */
  | {
      readonly event: "file-begin";
      readonly path: string;
      readonly bytes: number | undefined;
      readonly haveBytes: number;
    }
  | {
      readonly event: "file-end";
      readonly path: string;
      readonly bytes: number;
      readonly outcome: FileOutcome;
      readonly error?: SampanError;
    }
  | TransferProgress;

export interface TransferProgress {
  readonly event: "progress";
  /** Files settled so far. */
  readonly files: number;
  /** Content bytes that are at the receiver: finished, held from earlier, or just arrived. */
  readonly bytes: number;
  /** Content bytes that crossed the wire. */
  readonly sentBytes: number;
  /** Files and bytes offered so far; final once `walked` is true. */
  readonly totalFiles: number;
  readonly totalBytes: number;
  readonly walked: boolean;
  /** Large files in flight now, with what is down of each. */
  readonly active: readonly ActiveFile[];
}

export interface ActiveFile {
  readonly path: string;
  readonly bytes: number | undefined;
  readonly downBytes: number;
}

/** How a transfer ended, as its receiver counts it; both ends have it. */
export interface FilesSummary {
  readonly files: number;
  readonly bytes: number;
  readonly resumedBytes: number;
  readonly skippedFiles: number;
  readonly removedFiles: number;
  /** 64 hex digits, or undefined where the content of some file is not vouched for. */
  readonly digest: string | undefined;
}

/** Something that could not be moved. */
export interface FileProblem {
  readonly path: string;
  readonly error: SampanError;
}
