import assert from "node:assert/strict";
import { test } from "node:test";
import { statesIn } from "../../src/lab/port-state.js";
import { needs } from "../needs.js";
import { runExperiment } from "./run-experiment.js";

test(
  "backlog: one more than the backlog are connected, the others when the server accepts",
  needs("linux"),
  async () => {
    const { fields } = await runExperiment("backlog");
    assert.deepEqual(fields, {
      backlog: 2,
      clients: 6,
      connectedBefore: 3,
      notConnectedBefore: 3,
      connectedAfter: 6,
      accepted: 6,
    });
  },
);

test(
  "address-in-use: a second listener, a port in TIME_WAIT, a UDP port for two",
  needs("linux", "python3"),
  async () => {
    const { fields } = await runExperiment("address-in-use");
    assert.deepEqual(fields, {
      second: "EADDRINUSE",
      statesAfterClose: ["TIME_WAIT"],
      again: "ok",
      plainBind: "EADDRINUSE",
      reuseBind: "ok",
      udpWithout: "EADDRINUSE",
      udpWith: "ok",
      udpGot: [2],
    });
  },
);

test("address-in-use says what it left out without python3", needs("linux"), async () => {
  const path = process.env.PATH;
  process.env.PATH = "";
  try {
    const { fields, told } = await runExperiment("address-in-use");
    assert.equal(fields.plainBind, null);
    assert.match(told.map(({ en }) => en).join("\n"), /left out: that needs python3/);
  } finally {
    process.env.PATH = path;
  }
});

test("the states of a port are read from the kernel's table", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue",
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000",
    "   1: 0100007F:1F90 0100007F:B6B6 06 00000000:00000000",
    "   2: 0100007F:B6B6 0100007F:1F90 01 00000000:00000000",
    "   3: 0100007F:1F90 0100007F:B6B7 FF 00000000:00000000",
    "",
  ].join("\n");
  assert.deepEqual(statesIn(table, 8080), ["LISTEN", "TIME_WAIT", "FF"]);
  assert.deepEqual(statesIn(table, 0xb6b6), ["ESTABLISHED"]);
  assert.deepEqual(statesIn(table, 1), []);
});
