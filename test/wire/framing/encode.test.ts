import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../../../src/wire/error-code.js";
import { encode, parseRule } from "../../../src/wire/framing/index.js";
import { refused } from "../../refused.js";
import { decode, hex, toHex } from "./replay.js";

const of = (length: number, byte = 0x61): Uint8Array => new Uint8Array(length).fill(byte);

/** Frames that a rule cannot carry. */
const refusals: [rule: string, frame: Uint8Array, code: ErrorCode, why: RegExp][] = [
  ["u8", of(256), "E_TOO_LARGE", /the length 256 does not fit its field; the most is 255/],
  ["i8", of(128), "E_TOO_LARGE", /the most is 127/],
  ["u16be", of(65_536), "E_TOO_LARGE", /65536 does not fit/],
  ["i16le", of(32_768), "E_TOO_LARGE", /the most is 32767/],
  ["u24be,max=2147483648", of(2 ** 24), "E_TOO_LARGE", /the most is 16777215/],
  ["u8,counts=frame", of(255), "E_TOO_LARGE", /the length 256 does not fit/],
  ["u32be,max=3", of(4), "E_TOO_LARGE", /4 bytes; the most is 3/],
  ["u16be,keep", of(1), "E_USAGE", /at least 2 bytes/],
  ["u16be,adjust=2", of(1), "E_USAGE", /the length would be -1: a frame needs 1 bytes more/],
  ["varint,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
  ["line", hex("610a62"), "E_USAGE", /line cannot carry a frame with a line end in it/],
  ["line", hex("610d"), "E_USAGE", /a CR at its end/],
  ["line=crlf", hex("0a"), "E_USAGE", /line=crlf cannot carry/],
  ["line,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
  ["ndjson", hex("200920"), "E_USAGE", /nothing in it/],
  ["ndjson", hex("7b0a7d"), "E_USAGE", /a line end in it/],
  ["delim=ab", hex("63616263"), "E_USAGE", /a delimiter in it, at byte 1/],
  // The delimiter behind it would complete one that begins in the frame.
  ["delim=aa", hex("6361"), "E_USAGE", /at byte 1/],
  ["delim=x|axb", hex("6361"), "E_USAGE", /at byte 1/],
  ["delim=ab,keep", hex("6361"), "E_USAGE", /must end with its delimiter/],
  ["delim=ab,keep", hex("616263 6162"), "E_USAGE", /a delimiter in it, at byte 0/],
  // Found by fuzzing: two such frames would be read as one.
  ["delim=a|aa,keep", hex("61"), "E_USAGE", /a longer delimiter goes on from the one at the frame's end/],
  ["fixed=3", of(4), "E_USAGE", /a frame of 4 bytes; with fixed=3 each has that many/],
  ["fixed=3", of(2), "E_USAGE", /a frame of 2 bytes/],
  ["netstring,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
  ["slip", of(0), "E_USAGE", /cannot carry an empty frame/],
  ["slip,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
  ["cobs,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
  ["sampan", of(3), "E_USAGE", /sent whole: this has 3 bytes, its head says 4 or more/],
  ["sampan", hex("00000002 7b7d"), "E_USAGE", /no frame of the rule sampan: .*"kind"/],
  ["json-header", hex("02000000 7b7d 00"), "E_USAGE", /this has 7 bytes, its head says 6$/],
  ["json-header", hex("ffffffff"), "E_USAGE", /no frame of the rule json-header: .*-1 bytes/],
  ["json-header", hex("ffffff7f"), "E_TOO_LARGE", /the most is 65536/],
  ["raw,max=3", of(4), "E_TOO_LARGE", /the most is 3/],
];

for (const [ruleText, frame, code, why] of refusals) {
  test(`${ruleText} does not send ${frame.length} bytes ${toHex(frame.subarray(0, 8))}, and writes nothing`, () => {
    const rule = parseRule(ruleText);
    refused(code, () => rule.encodedLength(frame), why);
    const target = new Uint8Array(frame.length + 100).fill(0xee);
    refused(code, () => rule.encodeInto(frame, target, 0), why);
    assert.ok(target.every((byte) => byte === 0xee));
  });
}

test("without room nothing is written", () => {
  const frames = new Map([
    ["sampan", hex("0000000a 7b226b696e64223a22227d").fill(0x0b, 3, 4)],
    ["json-header", hex("02000000 7b7d")],
    ["delim=ab,keep", hex("6162")],
  ]);
  for (const ruleText of [
    "u32be",
    "varint",
    "line",
    "line=crlf",
    "ndjson",
    "delim=x",
    "delim=ab,keep",
    "fixed=2",
    "netstring",
    "slip",
    "cobs",
    "raw",
    "sampan",
    "json-header",
  ]) {
    const rule = parseRule(ruleText);
    const frame = frames.get(ruleText) ?? hex("6869");
    const target = new Uint8Array(rule.encodedLength(frame) + 4).fill(0xee);
    for (const at of [5, target.length + 1, -1]) {
      refused("E_USAGE", () => rule.encodeInto(frame, target, at), /do not fit into a buffer/);
    }
    assert.ok(
      target.every((byte) => byte === 0xee),
      ruleText,
    );
    assert.equal(rule.encodeInto(frame, target, 4), target.length);
    assert.ok(
      target.subarray(0, 4).every((byte) => byte === 0xee),
      ruleText,
    );
    assert.deepEqual(decode(rule, [target.subarray(4)]).frames.length, 1);
  }
});

test("the largest that a field holds goes through", () => {
  for (const [ruleText, length] of [
    ["u8", 255],
    ["i8", 127],
    ["u16le", 65_535],
    ["u8,counts=frame", 254],
    ["u24le", 2 ** 24 - 1],
  ] as const) {
    const rule = parseRule(ruleText);
    assert.deepEqual(decode(rule, [encode(rule, of(length))]), { frames: ["61".repeat(length)], end: "clean" });
  }
});

test("the encoder of several delimiters writes one that no other goes on from", () => {
  assert.equal(toHex(encode(parseRule("delim=\\r|\\r\\n|x"), hex("61"))), "610d0a");
  assert.equal(toHex(encode(parseRule("delim=\\n|\\r\\n"), hex("61"))), "610a");
});
