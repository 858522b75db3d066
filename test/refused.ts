import assert from "node:assert/strict";
import type { ErrorCode } from "../src/wire/error-code.js";
import { SampanError } from "../src/wire/sampan-error.js";

/** What `call` throws, as its code. Anything but a SampanError is thrown on: it is a bug. */
export function codeOf(call: () => unknown): ErrorCode | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof SampanError) return error.code;
    throw error;
  }
  return undefined;
}

/** Asserts that `call` throws a SampanError with `code`, whose message matches. */
export function refused(code: ErrorCode, call: () => unknown, message = /./): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof SampanError, `not a SampanError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}
