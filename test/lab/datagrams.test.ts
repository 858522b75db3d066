import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.js";
import { runExperiment } from "./run-experiment.js";

test("cut-datagram: 4 of 11 bytes are read, the rest is gone; two datagrams do not stick", needs("linux"), async () => {
  const { fields } = await runExperiment("cut-datagram");
  assert.deepEqual(fields, {
    sentBytes: 11,
    readBytes: 4,
    nextRead: "EAGAIN",
    lostBytes: 7,
    reads: ["hello", "world"],
  });
});

test("datagram-limit: 65,507 bytes pass, one more is refused", needs("linux"), async () => {
  const { fields } = await runExperiment("datagram-limit");
  assert.deepEqual(fields, {
    longestBytes: 65_507,
    sent: 65_507,
    read: 65_507,
    sentOneMore: "EMSGSIZE",
    readOneMore: "EAGAIN",
  });
});

test("empty-send: an empty datagram is read, an empty send on a stream is nothing", needs("linux"), async () => {
  const { fields } = await runExperiment("empty-send");
  assert.deepEqual(fields, { udp: { sent: 0, reads: [0, "EAGAIN"] }, tcp: { sent: 0, reads: ["EAGAIN", 0] } });
});
