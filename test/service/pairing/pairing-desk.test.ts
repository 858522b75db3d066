import assert from "node:assert/strict";
import { test } from "node:test";
import { clientExchange } from "../../../src/service/pairing/opaque.js";
import { PairingDesk } from "../../../src/service/pairing/pairing-desk.js";
import { refused } from "../../refused.js";
import { VirtualClock } from "../../session/virtual-clock.js";

/** A desk with a code open, a caller who has begun with that code, and what is told of both. */
async function begun() {
  const clock = new VirtualClock();
  const desk = new PairingDesk(clock, "fingerprint", () => {});
  const log: string[] = [];
  const open = () =>
    desk.open({
      forMs: 60_000,
      times: 1,
      link: "the link",
      onPaired: () => log.push("paired"),
      onGuess: (_address, left) => log.push(`guess, ${left} left`),
      onOver: (why) => log.push(why),
    });
  const exchange = await clientExchange(await open(), "fingerprint");
  const caller = desk.begin(exchange.request, "1.2.3.4");
  const proof = exchange.finish(caller.response);
  assert.ok(proof);
  return { clock, desk, log, open, caller, proof };
}

test("a good proof gives the link while the code is open", async () => {
  const { caller, log, proof } = await begun();
  assert.equal(caller.prove(proof), "the link");
  assert.deepEqual(log, ["paired", "used"]);
});

test("a good proof gives nothing once the code was closed, has expired, or is another", async () => {
  const ends: [string, (one: Awaited<ReturnType<typeof begun>>) => unknown][] = [
    ["closed", ({ desk }) => desk.close()],
    ["expired", ({ clock }) => clock.pass(60_000)],
    ["closed", ({ open }) => open()],
  ];
  for (const [why, end] of ends) {
    const one = await begun();
    await end(one);
    refused("E_RIGHTS", () => one.caller.prove(one.proof));
    one.caller.fail();
    assert.deepEqual(one.log, [why], "what comes too late is no guess");
  }
});
