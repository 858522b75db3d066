import assert from "node:assert/strict";
import { test } from "node:test";
import { KilledTransfer, killRounds } from "./killed-transfer.js";

test("a put survives kill -9 of the sender, of the receiver and of both, at 20 moments", async (t) => {
  const transfer = new KilledTransfer(t, "put");
  for (const moments of killRounds(2)) await transfer.survive(moments);
  assert.ok(transfer.landed >= 14, `only ${transfer.landed} kills came while the transfer ran`);
  assert.ok(transfer.polls > 1000, `the names were looked at ${transfer.polls} times only`);
});
