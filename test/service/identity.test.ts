import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { identityOf, loadIdentity } from "../../src/service/identity.js";
import { refused } from "../refused.js";

test("a certificate and a key that do not belong together, or are none, are refused as such", async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-identity-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const [one, other] = await Promise.all(
    ["one", "other"].map((name) => {
      mkdirSync(join(scratch, name));
      return loadIdentity(join(scratch, name));
    }),
  );
  assert.ok(one && other);
  assert.deepEqual(identityOf(one.cert, one.key), one);
  refused("E_USAGE", () => identityOf(one.cert, other.key), /not the one of the certificate/);
  refused("E_USAGE", () => identityOf(one.key, one.key), /not a PEM certificate/);
  refused("E_USAGE", () => identityOf(one.cert, one.cert), /not a PEM key/);
  refused("E_USAGE", () => identityOf(one.cert, ""), /not a PEM key/);
});
