import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseRule } from "../../../src/wire/framing/index.js";
import { decode, encodeWith, hex, sameAtEverySplit, toHex } from "./replay.js";

interface Vector {
  readonly rule: string;
  readonly wire: string;
  readonly frames: string[];
  /** What the encoder makes of the frames, where that is not `wire`. */
  readonly written?: string;
}

const text = (value: string): string => Buffer.from(value).toString("hex");
const message = `0000000f${text('{"kind":"ping"}')}`;
const withBody = `00000018${text('{"kind":"data","size":3}')}00ff0a`;
const upload = `11000000${text('{"file_size": 3 }')}616263`;
const missing = `02000000${text("{}")}`;
const download = `0b000000${text('{"lenth":2}')}6869`;

/** Bytes written down by hand, and the frames in them. */
const vectors: Vector[] = [
  { rule: "u8", wire: "02 6869 00 01 ff", frames: ["6869", "", "ff"] },
  { rule: "i8", wire: "02 6869 00", frames: ["6869", ""] },
  { rule: "u16be", wire: "0002 6869 0000", frames: ["6869", ""] },
  { rule: "u16le", wire: "0200 6869 0100 00", frames: ["6869", "00"] },
  { rule: "u24be", wire: "000002 6869", frames: ["6869"] },
  { rule: "u24le", wire: "020000 6869", frames: ["6869"] },
  { rule: "u32be", wire: "00000002 6869 00000001 0a", frames: ["6869", "0a"] },
  { rule: "u32le", wire: "02000000 6869", frames: ["6869"] },
  { rule: "i32le", wire: "02000000 6869 00000000", frames: ["6869", ""] },
  { rule: "u64be", wire: "0000000000000002 6869", frames: ["6869"] },
  { rule: "u64le", wire: "0200000000000000 6869", frames: ["6869"] },
  { rule: "i64le", wire: "0200000000000000 6869", frames: ["6869"] },
  // The examples of netty's LengthFieldBasedFrameDecoder, in order.
  { rule: "u16be,keep", wire: "000c 48454c4c4f2c20574f524c44", frames: ["000c48454c4c4f2c20574f524c44"] },
  { rule: "u16be", wire: "000c 48454c4c4f2c20574f524c44", frames: ["48454c4c4f2c20574f524c44"] },
  { rule: "u16be,counts=field,keep", wire: "000e 48454c4c4f2c20574f524c44", frames: ["000e48454c4c4f2c20574f524c44"] },
  {
    rule: "u24be,offset=2,keep",
    wire: "cafe 00000c 48454c4c4f2c20574f524c44",
    frames: ["cafe00000c48454c4c4f2c20574f524c44"],
  },
  {
    rule: "u24be,adjust=2,keep",
    wire: "00000c cafe 48454c4c4f2c20574f524c44",
    frames: ["00000ccafe48454c4c4f2c20574f524c44"],
  },
  {
    rule: "u16be,offset=1,adjust=1,strip=3,prefix=ca",
    wire: "ca 000c fe 48454c4c4f2c20574f524c44",
    frames: ["fe48454c4c4f2c20574f524c44"],
  },
  {
    rule: "u16be,offset=1,adjust=-3,strip=3,prefix=ca",
    wire: "ca 0010 fe 48454c4c4f2c20574f524c44",
    frames: ["fe48454c4c4f2c20574f524c44"],
  },
  { rule: "u32le,offset=2,adjust=-6,max=1048576", wire: "0000 08000000 6869", frames: ["6869"] },
  { rule: "u16le,offset=2,counts=frame,strip=1,prefix=0102", wire: "0102 0600 6869", frames: ["0206006869"] },
  { rule: "varint", wire: "02 6869 00 01 ff", frames: ["6869", "", "ff"] },
  { rule: "varint", wire: `ac02 ${"61".repeat(300)}`, frames: ["61".repeat(300)] },
  { rule: "delim=\\r\\n", wire: "6869 0d0a 0d0a 0d 61 0a 0d0a", frames: ["6869", "", "0d610a"] },
  { rule: "delim=0x0d0a,keep", wire: "6869 0d0a 0d0a", frames: ["68690d0a", "0d0a"] },
  {
    rule: "delim=\\n|\\r\\n|\\0",
    wire: "61 0d0a 62 0a 63 00",
    written: "61 0a 62 0a 63 0a",
    frames: ["61", "62", "63"],
  },
  {
    rule: "delim=ab|abcd|bce",
    wire: "61626365 6162 78 61626364 6162",
    written: "61626364 6365 61626364 78 61626364 61626364",
    frames: ["", "6365", "78", ""],
  },
  { rule: "line", wire: "6869 0a 0a 61 0d 62 0a", frames: ["6869", "", "610d62"] },
  { rule: "line", wire: "6869 0d0a 0d0a 610d0d0a", written: "", frames: ["6869", "", "610d"] },
  { rule: "line=crlf", wire: "6869 0d0a 0d0a 610d0d0a", frames: ["6869", "", "610d"] },
  { rule: "fixed=3", wire: "616263 000000", frames: ["616263", "000000"] },
  // The examples of the specification.
  { rule: "netstring", wire: "31323a68656c6c6f20776f726c64212c", frames: ["68656c6c6f20776f726c6421"] },
  { rule: "netstring", wire: "303a2c 313a2c2c", frames: ["", "2c"] },
  { rule: "ndjson", wire: text('{"a":1}\n[]\n'), frames: [text('{"a":1}'), text("[]")] },
  {
    rule: "ndjson",
    wire: text('\n{"a":1}\r\n \t\r\n7\n'),
    written: text('{"a":1}\n7\n'),
    frames: [text('{"a":1}'), "37"],
  },
  { rule: "slip", wire: "c0 6869 c0 c0 db dc c0 c0 61 db dd 62 c0", frames: ["6869", "c0", "61db62"] },
  { rule: "slip", wire: "6869 c0 c0 c0 61 c0", written: "c06869c0 c061c0", frames: ["6869", "61"] },
  { rule: "cobs", wire: "0101 00 01 00 03 6869 00", frames: ["00", "", "6869"] },
  { rule: "sampan", wire: message + withBody, frames: [message, withBody] },
  { rule: "json-header", wire: upload + missing + download, frames: [upload, missing, download] },
  { rule: "json-header,size=n", wire: `07000000${text('{"n":1}')}00`, frames: [`07000000${text('{"n":1}')}00`] },
  { rule: "raw", wire: "", frames: [] },
];

for (const { rule: ruleText, wire, frames, written } of vectors) {
  suite(`${ruleText}: ${wire.slice(0, 60)}`, () => {
    const rule = parseRule(ruleText);
    const bytes = hex(wire);

    test("whole, byte by byte, at every split", () => {
      const split = bytes.length < 80 ? sameAtEverySplit(rule, bytes) : decode(rule, [bytes]);
      assert.deepEqual(split, { frames, end: "clean" });
    });

    test("is what the encoder writes", () => {
      if (written === "") return;
      const out = encodeWith(rule, frames.map(hex));
      assert.equal(toHex(out), toHex(hex(written ?? wire)));
    });
  });
}
