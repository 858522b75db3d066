import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel } from "../../../src/session/channel.js";
import { ReceiveLane } from "../../../src/session/files/receive-lane.js";
import type { Header } from "../../../src/wire/message.js";
import { SampanError } from "../../../src/wire/sampan-error.js";
import { refused } from "../../refused.js";

const MiB = 1024 * 1024;
const data: Header = { kind: "data" };

/** A connection outside of a transfer, as far as bodies of `data` go. */
function channel() {
  const allocateData = (_header: Header, _size: number): Uint8Array => {
    throw new SampanError("E_PROTOCOL", "data outside of a transfer");
  };
  return { send: () => {}, receivedBytes: 0, events: { allocateData } };
}

test("a connection takes bodies of data for as long as it carries the transfer", () => {
  const own = channel();
  const lane = new ReceiveLane(own as unknown as Channel, 0);
  assert.equal(own.events.allocateData(data, 5).length, 5);
  assert.equal(own.events.allocateData(data, 8 * MiB).length, 8 * MiB);
  refused("E_TOO_LARGE", () => own.events.allocateData(data, 17 * MiB));
  lane.leave();
  refused("E_PROTOCOL", () => own.events.allocateData(data, 5));
  refused("E_PROTOCOL", () => own.events.allocateData(data, 0));
});

test("what was asked on a connection may still come when the transfer is over, and nothing beyond it", () => {
  const own = channel();
  const lane = new ReceiveLane(own as unknown as Channel, 0);
  lane.ask(0, 0, 2, 2 * MiB);
  lane.becomeLate(MiB);
  lane.leave();
  assert.equal(own.events.allocateData(data, MiB).length, MiB);
  assert.equal(own.events.allocateData(data, MiB).length, MiB);
  refused("E_PROTOCOL", () => own.events.allocateData(data, 1));
});
