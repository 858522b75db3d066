import type { Timer } from "../../session/ports.js";
import { systemClock } from "../../transport/system-clock.js";
import { SampanError } from "../../wire/sampan-error.js";

const delaysMs = [0, 100, 250, 500, 1000, 2000];
/** A machine that answers, and has no server on that port for so long, has lost its server. */
const refusedForMs = 3000;
/** A shell that was asked for, and the answer was lost. */
const firstKeepMs = 10_000;

/** How long, and how often, a lost shell is sought again. */
export class ShellPatience {
  #keepMs = firstKeepMs;
  #attempt = 0;
  #lostMs: number | undefined;
  #refusedMs: number | undefined;
  #timer: Timer | undefined;

  /** The shell was reached, and is kept for so long when it is lost again. */
  reached(keepMs: number): void {
    this.#keepMs = keepMs;
    this.#attempt = 0;
    this.#lostMs = this.#refusedMs = undefined;
  }

  /** When to try again; the error to end with if there is no hope. */
  lost(error: SampanError): { readonly attempt: number; readonly delayMs: number } | SampanError {
    const nowMs = systemClock.nowMs();
    this.#lostMs ??= nowMs;
    if (isRefusal(error)) this.#refusedMs ??= nowMs;
    else this.#refusedMs = undefined;
    const closing = error.code === "E_CONNECTION_LOST" && error.origin === "remote";
    if (closing || (this.#refusedMs !== undefined && nowMs - this.#refusedMs >= refusedForMs)) {
      return new SampanError(
        "E_CONNECTION_LOST",
        "the server is gone: it was stopped or killed, and the shell ended with it",
        { cause: error },
      );
    }
    if (!error.retryable) return error;
    if (nowMs - this.#lostMs > this.#keepMs)
      return new SampanError("E_TIMED_OUT", "the server was not reached for as long as it keeps the shell", {
        cause: error,
      });
    const delayMs = delaysMs[Math.min(this.#attempt, delaysMs.length - 1)] as number;
    this.#attempt++;
    return { attempt: this.#attempt, delayMs };
  }

  wait(delayMs: number, then: () => void): void {
    this.#timer = systemClock.after(delayMs, then);
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

function isRefusal(error: SampanError): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === "ECONNREFUSED") return true;
  }
  return false;
}
