import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import { StreamTrail } from "../../src/lab/byte-trail.js";
import { descriptorOf } from "../../src/lab/descriptor.js";
import { experimentNamed, experiments } from "../../src/lab/experiments.js";
import { shownBytes } from "../../src/lab/shown-bytes.js";
import { Stage } from "../../src/lab/stage.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { needs } from "../needs.js";
import { refused } from "../refused.js";
import { runExperiment } from "./run-experiment.js";

for (const { name } of experiments) {
  test(
    `${name}: interrupted after its first step, it throws the reason and leaves nothing open`,
    needs("linux"),
    async () => {
      const controller = new AbortController();
      const reason = new SampanError("E_INTERRUPTED", "interrupted");
      const audience = { part: () => {}, step: () => controller.abort(reason), pauseMs: 0 };
      const before = openSockets();
      await assert.rejects(experimentNamed(name).run(new Stage(audience, controller.signal)), reason);
      assert.deepEqual(openSockets(), before);
    },
  );
}

test("while one rests between two steps, Node reads nothing", needs("linux"), async () => {
  assert.equal((await runExperiment("cut-datagram", 5)).fields.readBytes, 4);
  assert.deepEqual((await runExperiment("two-sends", 5)).fields.readBytes, [10]);
  assert.equal((await runExperiment("abrupt-close", 5)).fields.nextClientRead, 11);
});

/** The sockets that this process holds, as the kernel names them. */
function openSockets(): string[] {
  const descriptors = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return ""; // The one with which the folder was read.
    }
  });
  return descriptors.filter((target) => target.startsWith("socket:")).sort();
}

test("an unknown experiment, and a socket without a descriptor, are refused", () => {
  refused("E_USAGE", () => experimentNamed("three-sends"));
  refused("E_UNSUPPORTED", () => descriptorOf({} as never));
  refused("E_UNSUPPORTED", () => descriptorOf({ _handle: { fd: -1 } } as never));
});

test("each byte that is read is known by the send that it came from", () => {
  const trail = new StreamTrail();
  trail.sent(1, Buffer.from("hello"));
  trail.sent(2, Buffer.alloc(0));
  trail.sent(3, Buffer.from("world"));
  const texts = (pieces: ReturnType<StreamTrail["held"]>): unknown[] =>
    pieces.map(({ send, head }) => [send, Buffer.from(head).toString()]);
  assert.deepEqual(texts(trail.read(2)), [[1, "he"]]);
  assert.deepEqual(texts(trail.held()), [
    [1, "llo"],
    [3, "world"],
  ]);
  assert.deepEqual(texts(trail.read(100)), [
    [1, "llo"],
    [3, "world"],
  ]);
  assert.deepEqual(trail.held(), []);
});

test("bytes are shown as text, or as hex where they are none", () => {
  assert.equal(shownBytes(Buffer.from("a b")), "a␣b");
  assert.equal(shownBytes(Buffer.from("\u0005\0\0\0你好\x1b[31m")), "‹05000000›你好‹1b›[31m");
  assert.equal(shownBytes(Buffer.from("e4bd41", "hex")), "‹e4bd›A");
  assert.equal(shownBytes(new Uint8Array()), "");
});
