import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldBytes } from "../../../src/wire/framing/held-bytes.js";
import { parseRule } from "../../../src/wire/framing/index.js";
import { codeOf } from "../../refused.js";
import { hex } from "./replay.js";

/** The room that a decoder has made, however it is divided: what all Uint8Arrays made during `work` can hold. */
function bytesMadeDuring(work: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  work();
  return process.memoryUsage().arrayBuffers - before;
}

test("a frame that lies in one chunk is a view of it, a torn one has a buffer of its own", () => {
  const frames = new Map([
    ["u8", "02 6869"],
    ["u32le", "02000000 6869"],
    ["varint", "02 6869"],
    ["line", "6869 0a"],
    ["ndjson", "6869 0d0a"],
    ["delim=\\r\\n", "6869 0d0a"],
    ["fixed=2", "6869"],
    ["netstring", "323a 6869 2c"],
    ["slip", "c0 6869 c0"],
    ["cobs", "03 6869 00"],
    ["raw", "6869"],
  ]);
  for (const [ruleText, wire] of frames) {
    const chunk = hex(`${wire} ${wire}`);
    const rule = parseRule(ruleText);
    const whole: Uint8Array[] = [];
    rule.decoder().push(chunk, (frame) => whole.push(frame));
    assert.ok(whole.length > 0 && whole.every((frame) => frame.buffer === chunk.buffer), ruleText);

    if (ruleText === "raw") continue;
    const torn: Uint8Array[] = [];
    const decoder = rule.decoder();
    const half = hex(wire).length - 1;
    for (const part of [chunk.slice(0, half), chunk.slice(half)]) {
      decoder.push(part, (frame) => torn.push(frame));
      part.fill(0);
    }
    assert.deepEqual(Buffer.from(torn[0] ?? []).toString("hex"), "6869", ruleText);
  }
});

test("ranges and frames are the same, also of a Buffer in a pool", () => {
  const chunk = Buffer.from("02686900036f686f", "hex");
  assert.ok(chunk.byteOffset > 0 || chunk.buffer.byteLength > chunk.length);
  const rule = parseRule("u8");
  const frames: string[] = [];
  const ranges: string[] = [];
  rule.decoder().push(chunk, (frame) => frames.push(Buffer.from(frame).toString()));
  rule
    .decoder()
    .pushRanges(chunk, (bytes, start, end) => ranges.push(Buffer.from(bytes.subarray(start, end)).toString()));
  assert.deepEqual(frames, ["hi", "", "oho"]);
  assert.deepEqual(ranges, frames);
});

test("what a frame declares makes no room: a thousand decoders with 16 MiB declared each hold next to nothing", () => {
  const heads = {
    u32be: "01000000 61",
    u64le: "0000000100000000 61",
    varint: "80808008 61",
    netstring: "31363737373231363a 61",
  };
  for (const [ruleText, head] of Object.entries(heads)) {
    const decoders = Array.from({ length: 1000 }, () => parseRule(ruleText).decoder());
    const made = bytesMadeDuring(() => {
      for (const decoder of decoders) decoder.push(hex(head), () => assert.fail());
    });
    assert.ok(decoders.every((decoder) => decoder.bufferedBytes === hex(head).length));
    assert.ok(made < 16_000_000, `${ruleText}: ${made} bytes for 1000 decoders`);
  }
});

test("the room grows with what has come, at most fourfold, and a byte is moved again less than once", () => {
  const held = new HeldBytes();
  const most = 3_000_000;
  let copied = 0;
  const piece = new Uint8Array(1000).fill(7);
  for (let length = 0; length < most; length += piece.length) {
    const before = held.bytes;
    held.add(piece, 0, piece.length, most);
    if (held.bytes !== before) copied += length;
    assert.ok(held.bytes.length <= Math.max(4096, 4 * held.length), `${held.bytes.length} for ${held.length}`);
  }
  assert.equal(held.bytes.length, most);
  assert.ok(held.bytes.every((byte) => byte === 7));
  assert.ok(copied < most, `${copied} bytes were moved`);
});

test("what never ends is refused at the cap, and not held beyond it", () => {
  const endless = { line: 0x61, ndjson: 0x61, "delim=\\r\\n": 0x61, "delim=a\\n": 0x61, slip: 0x61, cobs: 0xff };
  for (const [ruleText, byte] of Object.entries(endless)) {
    const rule = parseRule(`${ruleText},max=100000`);
    const decoder = rule.decoder();
    const chunk = new Uint8Array(1000).fill(byte);
    let pushed = 0;
    let highest = 0;
    let code: string | undefined;
    while (code === undefined && pushed < 10_000_000) {
      code = codeOf(() => decoder.push(chunk, () => assert.fail()));
      pushed += chunk.length;
      highest = Math.max(highest, decoder.bufferedBytes);
    }
    assert.equal(code, "E_TOO_LARGE", ruleText);
    assert.ok(pushed <= 102_000, `${ruleText} took ${pushed}`);
    assert.ok(highest <= 100_002, `${ruleText} held ${highest}`);
  }
});

test("a frame of megabytes that comes byte by byte takes time in proportion to its length", () => {
  const one = Uint8Array.of(0x61);
  for (const ruleText of ["line", "delim=\\r\\n", "delim=aaab", "u32be", "slip", "cobs"]) {
    const decoder = parseRule(ruleText).decoder();
    // A million pushes; what took time in proportion to the square of that would run into the limit of the runner.
    decoder.push(ruleText === "u32be" ? hex("00f00000") : ruleText === "cobs" ? hex("ff") : one, () => assert.fail());
    const byte = ruleText === "cobs" ? Uint8Array.of(0xff) : one;
    for (let count = 1; count < 1_000_000; count++) decoder.push(byte, () => assert.fail());
    assert.ok(decoder.bufferedBytes > 900_000);
  }
});
