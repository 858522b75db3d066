import { type ErrorCode, errorTable } from "./error-code.js";

/** Where an error arose: at this end, or told by the peer. */
export type ErrorOrigin = "local" | "remote";

export interface SampanErrorOptions {
  readonly origin?: ErrorOrigin;
  readonly cause?: unknown;
  /** The path, as the user or the peer named it, that the error is about. */
  readonly path?: string;
}

/** The one error class. The message says what happened, to what, and what to do next. */
export class SampanError extends Error {
  override readonly name = "SampanError";
  readonly code: ErrorCode;
  readonly origin: ErrorOrigin;
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, options: SampanErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.origin = options.origin ?? "local";
    this.path = options.path;
  }

  /** Whether the same call can succeed later without anything else being changed. */
  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }

  /** The number that stands for the code in an error message on the wire. */
  get wireNumber(): number {
    return errorTable[this.code].wire;
  }

  /** The exit status of a command that ends with this error. */
  get exitStatus(): number {
    return errorTable[this.code].exit;
  }
}

/** Whatever was thrown, as a SampanError: an unforeseen one is a bug and keeps its cause. */
export function toSampanError(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new SampanError("E_BUG", `unexpected: ${text}`, { cause: thrown });
}
