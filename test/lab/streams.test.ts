import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.js";
import { runExperiment } from "./run-experiment.js";

test("two-sends: one read brings both; read between, they come apart", needs("linux"), async () => {
  const { fields, steps } = await runExperiment("two-sends");
  assert.deepEqual(fields, { sentBytes: [5, 5], readBytes: [10], readBetweenBytes: [5, 5], stuck: true });
  const read = steps.find(({ who }) => who === "receiver");
  assert.deepEqual(
    read?.pieces?.map(({ send, head }) => [send, Buffer.from(head).toString()]),
    [
      [1, "hello"],
      [2, "world"],
    ],
  );
});

test(
  "one-send-in-pieces: recv(2) and recv(10) bring 2 and 9 of 11 bytes, and tear a character",
  needs("linux"),
  async () => {
    const { fields } = await runExperiment("one-send-in-pieces");
    assert.deepEqual(fields, {
      sentBytes: 11,
      readBytes: [2, 9],
      readText: ["he", "llo␣world"],
      torn: true,
      tornReadsHex: ["e4bd", "a0e5a5bd"],
    });
  },
);

test("nagle: small sends are held back and come together, with TCP_NODELAY they do not", needs("linux"), async () => {
  const { fields } = await runExperiment("nagle");
  const { nagle, noDelay, coalesced } = fields as {
    nagle: { readBytes: number[]; emptyReads: number };
    noDelay: { readBytes: number[]; emptyReads: number };
    coalesced: boolean;
  };
  assert.equal(sum(nagle.readBytes), 5);
  assert.ok(nagle.emptyReads > 0);
  assert.deepEqual(noDelay.readBytes, [1, 1, 1, 1, 1]);
  assert.equal(noDelay.emptyReads, 0);
  assert.equal(coalesced, true);
});

test("slow-reader: eight reads when it keeps up, two when it does not", needs("linux"), async () => {
  const { fields } = await runExperiment("slow-reader");
  assert.deepEqual(fields, { sends: 8, promptReadBytes: [3, 3, 5, 4, 4, 3, 5, 5], slowReadBytes: [15, 17] });
});

test("full-buffer: one send loses the rest, sendall nothing", needs("linux"), async () => {
  const { fields } = await runExperiment("full-buffer");
  const { contentBytes, sent, readBytes, lostBytes, sendallSends } = fields as {
    contentBytes: number;
    sent: number;
    readBytes: number;
    lostBytes: number;
    sendallSends: number[];
  };
  assert.ok(sent > 0 && sent < contentBytes);
  assert.ok(readBytes >= sent);
  assert.equal(lostBytes, contentBytes - readBytes);
  assert.ok(lostBytes > 0);
  assert.ok(sendallSends.length > 1);
  assert.equal(fields.sendallReadBytes, contentBytes);
  assert.equal(fields.sendallSame, true);
});

test(
  "abrupt-close: 0 after an orderly end, ECONNRESET after a reset, and the server goes on",
  needs("linux"),
  async () => {
    const { fields } = await runExperiment("abrupt-close");
    assert.deepEqual(fields, {
      orderly: { reads: [3, 0], answer: 8 },
      abrupt: { reads: [3, "ECONNRESET", 0], answer: "EPIPE" },
      careless: { reads: [3, "ECONNRESET", 0], answer: "EPIPE" },
      nextClientRead: 11,
    });
  },
);

test("length-header: the frames are right whatever the reads were", needs("linux"), async () => {
  const { fields } = await runExperiment("length-header");
  assert.deepEqual(fields, {
    rule: "i32le",
    sent: ["hello", "world"],
    stuck: { readBytes: [18], frames: ["hello", "world"] },
    torn: { readBytes: [2, 10, 2, 4], frames: ["hello", "world"] },
    same: true,
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
