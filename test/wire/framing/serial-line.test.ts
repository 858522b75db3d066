import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { encode, parseRule } from "../../../src/wire/framing/index.js";
import { decode, hex, sameAtEverySplit, singly, toHex } from "./replay.js";

const run = (from: number, to: number): string =>
  toHex(Uint8Array.from({ length: to - from + 1 }, (_, index) => from + index));

/** The examples that the authors of COBS and its users publish: frame, and what stands on the wire before the 0. */
const cobs: [frame: string, wire: string][] = [
  ["", "01"],
  ["00", "01 01"],
  ["0000", "01 01 01"],
  ["001100", "01 02 11 01"],
  ["11220033", "03 11 22 02 33"],
  ["11223344", "05 11 22 33 44"],
  ["11000000", "02 11 01 01 01"],
  [run(1, 254), `ff ${run(1, 254)}`],
  [`00${run(1, 254)}`, `01 ff ${run(1, 254)}`],
  [run(1, 255), `ff ${run(1, 254)} 02 ff`],
  [`${run(2, 255)}00`, `ff ${run(2, 255)} 01 01`],
  [`${run(3, 255)}0001`, `fe ${run(3, 255)} 02 01`],
  // The packet in the paper: an IP header among others.
  ["4500002c4c79000040064f37", "02 45 01 04 2c 4c 79 01 05 40 06 4f 37"],
];

suite("cobs", () => {
  const rule = parseRule("cobs");
  for (const [frame, blocks] of cobs) {
    const wire = hex(`${blocks} 00`);
    test(`${frame.slice(0, 24)} (${frame.length / 2} bytes)`, () => {
      assert.equal(toHex(encode(rule, hex(frame))), toHex(wire));
      assert.deepEqual(decode(rule, [wire]), { frames: [frame], end: "clean" });
      assert.deepEqual(decode(rule, singly(wire)), { frames: [frame], end: "clean" });
      if (wire.length < 20) sameAtEverySplit(rule, Uint8Array.from(Buffer.concat([wire, wire])));
      for (let at = 0; at <= wire.length; at++) {
        assert.deepEqual(decode(rule, [wire.subarray(0, at), wire.subarray(at)]).frames, [frame]);
      }
    });
  }

  test("a last block that is full may be followed by an empty one, as some encoders write it", () => {
    const wire = hex(`ff ${run(1, 254)} 01 00`);
    assert.deepEqual(decode(rule, [wire]), { frames: [run(1, 254)], end: "clean" });
  });

  test("zeros between frames mean nothing", () => {
    assert.deepEqual(sameAtEverySplit(rule, hex("00 00 0261 00 00 01 00")), { frames: ["61", ""], end: "clean" });
  });
});

suite("slip", () => {
  const rule = parseRule("slip");

  /** The special characters of RFC 1055: END 300, ESC 333, ESC_END 334, ESC_ESC 335, all octal. */
  const [end, esc, escEnd, escEsc] = [0o300, 0o333, 0o334, 0o335] as const;
  const rfc: [frame: Uint8Array, wire: Uint8Array][] = [
    [Uint8Array.of(1, 2, 3), Uint8Array.of(end, 1, 2, 3, end)],
    [Uint8Array.of(end), Uint8Array.of(end, esc, escEnd, end)],
    [Uint8Array.of(esc), Uint8Array.of(end, esc, escEsc, end)],
    [
      Uint8Array.of(1, end, esc, escEnd, escEsc, end),
      Uint8Array.of(end, 1, esc, escEnd, esc, escEsc, escEnd, escEsc, esc, escEnd, end),
    ],
  ];
  for (const [frame, wire] of rfc) {
    test(`${toHex(frame)} is ${toHex(wire)}`, () => {
      assert.equal(toHex(encode(rule, frame)), toHex(wire));
      assert.deepEqual(sameAtEverySplit(rule, wire), { frames: [toHex(frame)], end: "clean" });
    });
  }

  test("the END in front ends noise on the line, which is a frame of its own", () => {
    assert.deepEqual(sameAtEverySplit(rule, hex("f0 c0 61 c0")), { frames: ["f0", "61"], end: "clean" });
  });
});
