import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback } from "../../src/transport/listen.js";

test("only addresses of this machine are loopback, and names that look like one are not", () => {
  for (const host of ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1", "localhost"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (const host of ["127.evil.example", "127.0.0.1.evil.example", "127.", "::ffff:127.x", "128.0.0.1", "", "unix"]) {
    assert.equal(isLoopback(host), false, host);
  }
});
