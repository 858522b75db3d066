import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../../src/wire/error-code.js";
import { MessageDecoder, parseJson } from "../../src/wire/message.js";
import { refused } from "../refused.js";
import { decode, decodeNaively, framed } from "./replay.js";

const nested = (depth: number, open: string, close: string, inner = "") =>
  `{"kind":"x","deep":${open.repeat(depth - 1)}${inner}${close.repeat(depth - 1)}}`;

const hostile: { name: string; bytes: Uint8Array; code: ErrorCode }[] = [
  { name: "a header of 4 GiB", bytes: Uint8Array.of(255, 255, 255, 255), code: "E_TOO_LARGE" },
  { name: "a header of 2 GiB, where a sign bit would be", bytes: Uint8Array.of(128, 0, 0, 0), code: "E_TOO_LARGE" },
  { name: "a header of one byte above the cap", bytes: Uint8Array.of(0, 1, 0, 1), code: "E_TOO_LARGE" },
  { name: "a header of no bytes", bytes: Uint8Array.of(0, 0, 0, 0), code: "E_PROTOCOL" },
  ...[
    ["a list", "[]"],
    ["null", "null"],
    ["a number", "7"],
    ["a string", '"kind"'],
    ["no kind", "{}"],
    ["a kind that is a number", '{"kind":1}'],
    ["a kind that is null", '{"kind":null}'],
    ["a kind by way of __proto__", '{"__proto__":{"kind":"x"}}'],
    ["a kind by way of constructor", '{"constructor":{"kind":"x"}}'],
    ["two objects", '{"kind":"x"}{"kind":"x"}'],
    ["a comma too many", '{"kind":"x",}'],
    ["JSON that is cut off", '{"kind":"x"'],
    ["a string that is never closed", '{"kind":"x'],
    ["a string that ends in a backslash", '{"kind":"x\\'],
    ["a comment", '{"kind":"x"/**/}'],
    ["NaN", '{"kind":"x","size":NaN}'],
    ["NUL bytes", "\0\0\0\0"],
    ["a byte order mark in front", '\ufeff{"kind":"x"}'],
    ["brackets that only close", "}}}}"],
  ].map(([name = "", text = ""]) => ({ name, bytes: framed(text), code: "E_PROTOCOL" as const })),
  ...["-1", "0.5", "1e300", "1e400", "9007199254740992", '"5"', "null", "[5]", "{}", "true"].map((size) => ({
    name: `a size of ${size}`,
    bytes: framed(`{"kind":"x","size":${size}}`),
    code: "E_PROTOCOL" as const,
  })),
  ...["16777217", "4294967296", "9007199254740991"].map((size) => ({
    name: `a size of ${size}`,
    bytes: framed(`{"kind":"x","size":${size}}`),
    code: "E_TOO_LARGE" as const,
  })),
  { name: "lists nested 17 deep", bytes: framed(nested(17, "[", "]")), code: "E_TOO_LARGE" },
  { name: "objects nested 17 deep", bytes: framed(nested(17, '{"a":', "}", "1")), code: "E_TOO_LARGE" },
  { name: "30,000 brackets", bytes: framed("[".repeat(30_000)), code: "E_TOO_LARGE" },
  { name: "a lone continuation byte", bytes: framed(Buffer.from('{"kind":"\x80"}', "latin1")), code: "E_PROTOCOL" },
  { name: "an overlong slash", bytes: framed(Buffer.from('{"kind":"\xc0\xaf"}', "latin1")), code: "E_PROTOCOL" },
  { name: "a surrogate in UTF-8", bytes: framed(Buffer.from('{"kind":"\xed\xa0\x80"}', "latin1")), code: "E_PROTOCOL" },
  { name: "a character cut in half", bytes: framed(Buffer.from('{"kind":"\xe6\xb0"}', "latin1")), code: "E_PROTOCOL" },
];

for (const { name, bytes, code } of hostile) {
  test(`refused with ${code}: ${name}`, () => {
    const wanted = { messages: [], end: code };
    assert.deepEqual(decode([bytes]), wanted);
    assert.deepEqual(decode(Array.from(bytes, (byte) => Uint8Array.of(byte))), wanted);
    assert.deepEqual(decodeNaively(bytes), wanted, "the oracle agrees");
  });
}

test("what is just inside the caps is taken", () => {
  const siblings = `{"kind":"x","lists":[${"[],".repeat(20)}{}${",{}".repeat(20)}]}`;
  const taken = [
    nested(16, "[", "]"),
    nested(16, '{"a":', "}", "1"),
    `{"kind":"x","text":"\\"${"[".repeat(20)}"}`,
    siblings,
  ];
  for (const text of taken) assert.equal(decode([framed(text)]).end, "boundary", text);
  assert.equal(decode([framed('{"kind":"x","size":16777216}')]).end, "inside");
});

test("nothing is allocated for what is refused, and no body before its header is whole", () => {
  const sizes: number[] = [];
  const allocate = (_header: unknown, size: number) => {
    sizes.push(size);
    return new Uint8Array(size);
  };
  for (const { bytes } of hostile) {
    const decoder = new MessageDecoder({ allocate });
    assert.throws(() => decoder.push(bytes, () => assert.fail()));
  }
  const bytes = framed('{"kind":"x","size":16777216}');
  const decoder = new MessageDecoder({ allocate });
  decoder.push(bytes.subarray(0, -1), () => assert.fail());
  assert.deepEqual(sizes, []);
  decoder.push(bytes.subarray(-1), () => assert.fail());
  assert.deepEqual(sizes, [16_777_216]);
});

test("a prefix that declares 4 GiB costs no memory, ten thousand times over", () => {
  const before = process.memoryUsage().arrayBuffers;
  const kept = Array.from({ length: 10_000 }, () => {
    const decoder = new MessageDecoder();
    refused("E_TOO_LARGE", () => decoder.push(Uint8Array.of(255, 255, 255, 255), () => assert.fail()));
    return decoder;
  });
  assert.equal(kept.length, 10_000);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
});

test("after an error the decoder takes nothing more", () => {
  const decoder = new MessageDecoder();
  refused("E_PROTOCOL", () => decoder.push(framed("[]"), () => assert.fail()));
  refused("E_PROTOCOL", () => decoder.push(framed('{"kind":"x"}'), () => assert.fail()), /given up/);
});

test("messages before a bad one have been handed over", () => {
  const outcome = decode([Buffer.concat([framed('{"kind":"a"}'), framed("[]"), framed('{"kind":"b"}')])]);
  assert.deepEqual(outcome, { messages: ['{"kind":"a"} '], end: "E_PROTOCOL" });
});

test("a __proto__ in a header changes no prototype", () => {
  new MessageDecoder().push(framed('{"kind":"x","__proto__":{"polluted":true}}'), ({ header }) => {
    assert.equal(Object.getPrototypeOf(header), Object.prototype);
    assert.equal(header.polluted, undefined);
  });
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test("a JSON body has a cap, a depth and an encoding too", () => {
  const spaces = (length: number) => Buffer.from("1".padStart(length));
  assert.equal(parseJson(spaces(1_048_576), "offer"), 1);
  refused("E_TOO_LARGE", () => parseJson(spaces(1_048_577), "offer"), /the offer is too large/);
  refused("E_TOO_LARGE", () => parseJson(Buffer.from("[".repeat(17)), "offer"), /the offer is nested too deep/);
  refused("E_PROTOCOL", () => parseJson(Buffer.from('"\xff"', "latin1"), "offer"), /the offer is not UTF-8 JSON/);
  refused("E_PROTOCOL", () => parseJson(new Uint8Array(0), "offer"));
});
