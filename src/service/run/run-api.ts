import type { Readable, Writable } from "node:stream";
import type { JobFacts } from "./job-facts.js";

export type { JobFacts } from "./job-facts.js";

export interface RunOptions {
  /** Let the server's shell read the arguments, joined by blanks. */
  readonly shell?: boolean;
  /** A folder of the server; relative to the served one, which is the default. */
  readonly cwd?: string;
  /** Variables beside the server's own PATH, HOME and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** From its start; then SIGTERM, and SIGKILL 5 s later. */
  readonly timeoutMs?: number;
  /**
   * What it reads: all of this, or nothing ("none"). Left out, or "pipe": what is written to `stdin`, until that is ended.
   */
  readonly input?: "pipe" | "none" | Uint8Array | Readable;
  /** Ends the connection, and so the command. */
  readonly signal?: AbortSignal;
  /**
   * Takes the output as it comes, in place of `stdout` and `stderr`, without a copy: the bytes are good until `done` is
   * called, and what is not done holds the command back.
   */
  readonly onOutput?: (stream: "stdout" | "stderr", bytes: Uint8Array, done: () => void) => void;
  /** The server has as many commands running as it allows; so many wait before this one. */
  readonly onQueued?: (ahead: number) => void;
}

export interface RunResult {
  /** 0 to 255; 128 + n after a signal. */
  readonly status: number;
  /** Which signal ended it, as `SIGTERM`. */
  readonly signal: string | undefined;
  /** It was ended as `timeoutMs` was over. */
  readonly timedOut: boolean;
  /** Something that it left behind still had its output open; that is no longer listened to. */
  readonly leftOpen: boolean;
}

/** What was collected of a command. */
export interface CollectedRun extends RunResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A command that runs on a peer. Read (or `collect`) both outputs: one that is not read holds the command back. */
export interface Run {
  /** Its id at the server. Rejects like `result` if it never starts. */
  readonly started: Promise<{ readonly id: string; readonly droppedBytes: number }>;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when it is over, whatever its status. Rejects with a SampanError if it could not be run: E_NO_PROGRAM,
   * E_CANNOT_RUN, E_RIGHTS, E_BUSY, E_NOT_FOUND (its folder), E_CONNECTION_LOST, E_SILENT, E_INTERRUPTED.
   */
  readonly result: Promise<RunResult>;
  /** Sends a signal to the command and all that it started. Default SIGTERM. */
  kill(signal?: string): void;
  /** Ends `stdin` unless something else is given as input, reads both outputs to their end, E_TOO_LARGE beyond `maxBytes` together. Default 64 MiB. */
  collect(options?: { readonly maxBytes?: number }): Promise<CollectedRun>;
}

/** The commands of a server. */
export interface PeerJobs {
  /** Those that run, and those that ran detached and are over. */
  list(options?: { readonly signal?: AbortSignal }): Promise<readonly JobFacts[]>;
  /** Starts a command that runs on when nobody listens. */
  start(argv: readonly string[], options?: Omit<RunOptions, "input">): Promise<{ readonly id: string }>;
  /** Follows a detached command: what was kept of its output, then what comes. Its `stdin` takes nothing. */
  attach(id: string, options?: Pick<RunOptions, "onOutput" | "signal">): Run;
  /** Sends a signal, SIGTERM if none is named. */
  kill(id: string, signal?: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
}
