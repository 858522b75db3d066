import assert from "node:assert/strict";
import { test } from "node:test";
import { isConnectionTrouble } from "../../src/service/connection-trouble.js";
import { type ErrorCode, errorTable } from "../../src/wire/error-code.js";
import { SampanError } from "../../src/wire/sampan-error.js";

test("a new connection cures what is wrong with a connection, and nothing else", () => {
  const codes = Object.keys(errorTable) as ErrorCode[];
  const curable = codes.filter((code) => isConnectionTrouble(new SampanError(code, "it happened")));
  assert.deepEqual(curable, ["E_CONNECT", "E_CONNECTION_LOST", "E_BUSY", "E_SILENT", "E_TOO_SLOW"]);
  assert.ok(curable.every((code) => errorTable[code].retryable));
});
