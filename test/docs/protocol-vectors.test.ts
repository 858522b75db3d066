import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { encodeMessage, type Message, MessageDecoder } from "../../src/wire/message.js";
import { cutAt, decode, decodeNaively } from "../wire/replay.js";
import { protocolVectors } from "./protocol-document.js";

const vectors = protocolVectors();
const trailing = Buffer.from('\0\0\0\x0f{"kind":"ping"}\0\0', "latin1");

test("the document has the dumps it promises", () => {
  const names = vectors.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, "two dumps have one name");
  for (const wanted of ["hello", "welcome", "list/request", "get/data", "put/data", "error/answer"]) {
    assert.ok(names.includes(wanted), wanted);
  }
});

for (const { name, bytes } of vectors) {
  suite(`the dump ${name}`, () => {
    const whole = decodeNaively(bytes);

    test("is one message, encoded as this program does", () => {
      const messages: Message[] = [];
      const decoder = new MessageDecoder();
      decoder.push(bytes, (message) => messages.push(message));
      assert.equal(messages.length, 1);
      assert.ok(decoder.atBoundary);
      const [{ header, body }] = messages as [Message];
      assert.ok(Buffer.from(encodeMessage(header, body)).equals(bytes));
    });

    test("decodes whole, byte by byte, and at every split", () => {
      assert.deepEqual(decode([bytes]), whole);
      assert.deepEqual(decode(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))), whole);
      for (let at = 0; at <= bytes.length; at++) assert.deepEqual(decode(cutAt(bytes, [at])), whole);
    });

    test("gives nothing when it is cut short", () => {
      for (let length = 1; length < bytes.length; length++) {
        assert.deepEqual(decode([bytes.subarray(0, length)]), { messages: [], end: "inside" });
      }
    });

    test("decodes with bytes behind it", () => {
      const { messages, end } = decode([Buffer.concat([bytes, trailing])]);
      assert.deepEqual(messages, [...whole.messages, '{"kind":"ping"} ']);
      assert.equal(end, "inside");
    });
  });
}
