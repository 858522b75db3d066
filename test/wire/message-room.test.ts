import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeMessage, type Message, MessageDecoder } from "../../src/wire/message.js";

/** Reads a stream as a socket does: into the place that the decoder gives, or else into a scratch of `scratchBytes`. */
function readInPlace(stream: Uint8Array, scratchBytes: number, counts: readonly number[], least: number): Message[] {
  const decoder = new MessageDecoder();
  const messages: Message[] = [];
  const scratch = new Uint8Array(scratchBytes);
  let turn = 0;
  for (let at = 0; at < stream.length; ) {
    const room = decoder.room(least);
    const place = room ?? scratch;
    const most = Math.min(place.length, stream.length - at, counts[turn++ % counts.length] as number);
    place.set(stream.subarray(at, at + most));
    const onMessage = (message: Message) => void messages.push(message);
    if (room) decoder.filled(most, onMessage);
    else decoder.push(place.subarray(0, most), onMessage);
    at += most;
  }
  assert.ok(decoder.atBoundary);
  return messages;
}

test("what is read right into its place is decoded as what is copied there", () => {
  const body = fc.uint8Array({ minLength: 0, maxLength: 300 });
  const counts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });
  const sizes = fc.integer({ min: 1, max: 64 });
  fc.assert(
    fc.property(
      fc.array(body, { minLength: 1, maxLength: 6 }),
      counts,
      sizes,
      sizes,
      (bodies, parts, scratch, least) => {
        const stream = Buffer.concat(bodies.map((one, at) => encodeMessage({ kind: "data", at }, one)));
        const got = readInPlace(stream, scratch, parts, least);
        assert.deepEqual(
          got.map((message) => Buffer.from(message.body)),
          bodies.map((one) => Buffer.from(one)),
        );
        assert.deepEqual(
          got.map((message) => message.header.at),
          bodies.map((_, at) => at),
        );
      },
    ),
  );
});

test("there is room only within a body, and only if enough of it is left", () => {
  const decoder = new MessageDecoder();
  assert.equal(decoder.room(1), undefined);
  const bytes = encodeMessage({ kind: "data" }, new Uint8Array(100));
  decoder.push(bytes.subarray(0, bytes.length - 60), () => {});
  assert.equal(decoder.room(61), undefined);
  assert.equal(decoder.room(60)?.length, 60);
});

test("nobody fills more than the room, nor where there is none", () => {
  const decoder = new MessageDecoder();
  assert.throws(() => decoder.filled(1, () => {}), { code: "E_BUG" });
  const bytes = encodeMessage({ kind: "data" }, new Uint8Array(100));
  decoder.push(bytes.subarray(0, bytes.length - 60), () => {});
  assert.throws(() => decoder.filled(61, () => {}), { code: "E_BUG" });
  const messages: Message[] = [];
  decoder.filled(60, (message) => messages.push(message));
  assert.equal(messages[0]?.body.length, 100);
});

test("what the listener throws comes out of filled, and the decoder is spent", () => {
  const decoder = new MessageDecoder();
  const bytes = encodeMessage({ kind: "data" }, new Uint8Array(10));
  decoder.push(bytes.subarray(0, bytes.length - 4), () => {});
  const fault = new Error("no");
  const raise = () => {
    throw fault;
  };
  assert.throws(() => decoder.filled(4, raise), fault);
  assert.throws(() => decoder.push(bytes, () => {}), { code: "E_PROTOCOL" });
});
