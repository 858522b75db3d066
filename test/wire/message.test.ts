import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeMessage, type Message, MessageDecoder, writeHeaderBefore } from "../../src/wire/message.js";
import { refused } from "../refused.js";
import { cutAt, decode, framed } from "./replay.js";

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

/** Bytes written down by hand, and what they say. */
const vectors: { name: string; bytes: Uint8Array; says: string[] }[] = [
  {
    name: "a header alone",
    bytes: hex("0000000f 7b 226b696e64223a2270696e6722 7d"),
    says: ['{"kind":"ping"} '],
  },
  {
    name: "a header and a body",
    bytes: hex("00000018 7b 226b696e64223a2264617461222c2273697a65223a33 7d 00ff0a"),
    says: ['{"kind":"data","size":3} 00ff0a'],
  },
  {
    name: "two messages, the first with a body",
    bytes: Buffer.concat([framed('{"kind":"a","size":1}', hex("7b")), framed('{"kind":"b"}')]),
    says: ['{"kind":"a","size":1} 7b', '{"kind":"b"} '],
  },
  {
    name: "size 0, white space, escapes, characters of two to four bytes",
    bytes: framed(' { "size" : 0 , "kind" : "\\u0041\\"\\\\{[" , "name" : "é水🛶" } '),
    says: ['{"size":0,"kind":"A\\"\\\\{[","name":"é水🛶"} '],
  },
  {
    name: "unknown fields, and a __proto__ that stays a plain field",
    bytes: framed('{"__proto__":{"size":9},"kind":"x","later":[null,true,-1.5e3]}'),
    says: ['{"__proto__":{"size":9},"kind":"x","later":[null,true,-1500]} '],
  },
  { name: "nothing", bytes: hex(""), says: [] },
];

for (const { name, bytes, says } of vectors) {
  const whole = { messages: says, end: "boundary" };

  test(`${name}: whole, and byte by byte`, () => {
    assert.deepEqual(decode([bytes]), whole);
    assert.deepEqual(decode(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
  });

  test(`${name}: at every split into two and three, with empty chunks between`, () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        assert.deepEqual(decode(cutAt(bytes, [first, first, second])), whole, `split at ${first} and ${second}`);
      }
    }
  });

  test(`${name}: cut short it is unfinished, but for the messages that are whole`, () => {
    for (let length = 1; length < bytes.length; length++) {
      const { messages, end } = decode([bytes.subarray(0, length)]);
      assert.deepEqual(messages, says.slice(0, messages.length));
      const atEdge = messages.length > 0 && encodedLength(bytes, messages.length) === length;
      assert.equal(end, atEdge ? "boundary" : "inside", `after ${length} bytes`);
    }
  });

  test(`${name}: with bytes trailing`, () => {
    for (const trailing of [hex("00"), hex("000000"), hex("00000002 7b")]) {
      assert.deepEqual(decode([Buffer.concat([bytes, trailing])]), { messages: says, end: "inside" });
    }
    const after = decode([Buffer.concat([bytes, hex("00000000")])]);
    assert.deepEqual(after, { messages: says, end: "E_PROTOCOL" });
  });
}

/** Where the first `count` messages of a vector end. */
function encodedLength(bytes: Uint8Array, count: number): number {
  const view = Buffer.from(bytes);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const length = view.readUInt32BE(at);
    const header = JSON.parse(view.toString("utf8", at + 4, at + 4 + length)) as { size?: number };
    at += 4 + length + (header.size ?? 0);
  }
  return at;
}

test("encoding writes the same bytes as by hand", () => {
  assert.deepEqual(Buffer.from(encodeMessage({ kind: "ping" })), vectors[0]?.bytes);
  assert.deepEqual(Buffer.from(encodeMessage({ kind: "data" }, hex("00ff0a"))), vectors[1]?.bytes);
});

test("the size in a header is that of the body, whatever stood there before", () => {
  const body = hex("0102");
  const sizes = [encodeMessage({ kind: "a", size: 7 }, body), encodeMessage({ kind: "a", size: 7 })].map((bytes) => {
    const { messages, end } = decode([bytes]);
    assert.equal(end, "boundary");
    return messages[0];
  });
  assert.deepEqual(sizes, ['{"kind":"a","size":2} 0102', '{"kind":"a","size":0} ']);
});

test("a header above its cap is not sent; one of exactly the cap goes through", () => {
  const room = 65_536 - '{"kind":""}'.length;
  const bytes = encodeMessage({ kind: "x".repeat(room) });
  assert.equal(decode([bytes]).end, "boundary");
  refused("E_TOO_LARGE", () => encodeMessage({ kind: "x".repeat(room + 1) }), /65537 bytes; the most is 65536/);
  refused("E_TOO_LARGE", () => encodeMessage({ kind: "水".repeat(room / 2) }));
});

test("writeHeaderBefore puts the message in front of a body that is there already", () => {
  const header = { kind: "data", size: 3 };
  const wanted = Buffer.from(encodeMessage(header, hex("00ff0a")));
  const bodyStart = wanted.length - 3;
  for (const slack of [0, 1, 100]) {
    const buffer = new Uint8Array(slack + wanted.length).fill(0xee);
    buffer.set(hex("00ff0a"), slack + bodyStart);
    assert.equal(writeHeaderBefore(buffer, slack + bodyStart, header), slack);
    assert.deepEqual(Buffer.from(buffer.subarray(slack)), wanted);
    assert.ok(buffer.subarray(0, slack).every((byte) => byte === 0xee));
  }
  const tight = new Uint8Array(wanted.length - 1);
  refused("E_TOO_LARGE", () => writeHeaderBefore(tight, bodyStart - 1, header), /no room/);
  assert.ok(tight.every((byte) => byte === 0));
});

test("the body lies in the buffer that allocate gave; allocate may refuse, and must give the right length", () => {
  const given = new Uint8Array(3);
  const asked: unknown[] = [];
  const got: Message[] = [];
  const bytes = encodeMessage({ kind: "data" }, hex("00ff0a"));
  const decoder = new MessageDecoder({
    allocate: (header, size) => {
      asked.push([header.kind, size]);
      return given;
    },
  });
  for (const byte of bytes) decoder.push(Uint8Array.of(byte), (message) => got.push(message));
  assert.deepEqual(asked, [["data", 3]]);
  assert.equal(got[0]?.body, given);
  assert.deepEqual(Buffer.from(given), Buffer.from(hex("00ff0a")));

  const wrong = new MessageDecoder({ allocate: () => new Uint8Array(4) });
  refused("E_BUG", () => wrong.push(bytes, () => assert.fail()));
});

test("what the listener throws comes out of push, and the decoder is spent", () => {
  const decoder = new MessageDecoder();
  const bytes = encodeMessage({ kind: "a" });
  const oops = new Error("oops");
  const push = () =>
    decoder.push(Buffer.concat([bytes, bytes]), () => {
      throw oops;
    });
  assert.throws(push, oops);
  refused("E_PROTOCOL", () => decoder.push(bytes, () => assert.fail()), /given up/);
  assert.equal(decoder.atBoundary, false);
});
