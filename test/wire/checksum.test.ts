import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { checkFrame, checksumNames, parseChecksum } from "../../src/wire/checksum.js";
import { refused } from "../refused.js";

const digits = Buffer.from("123456789");

/** The check values of the catalogue of parametrised CRC algorithms: those of "123456789". */
const checkValues: Readonly<Record<string, number>> = {
  "crc16-modbus": 0x4b37,
  "crc16-ccitt": 0x29b1,
  "crc16-xmodem": 0x31c3,
  "crc16-kermit": 0x2189,
  crc32: 0xcbf43926,
  sum8: 0xdd,
  xor8: 0x31,
  lrc: 0x23,
};

test("each checksum has its check value, and each is checked", () => {
  assert.deepEqual([...checksumNames].sort(), Object.keys(checkValues).sort());
  for (const [name, value] of Object.entries(checkValues)) assert.equal(parseChecksum(name).of(digits), value, name);
});

test("a Modbus request has the checksum of the specification's example, low byte first", () => {
  const request = Buffer.from("010300000001", "hex");
  assert.equal(Buffer.from(parseChecksum("crc16-modbus").tail(request)).toString("hex"), "840a");
  assert.equal(Buffer.from(parseChecksum("CRC16-modbus:be").tail(request)).toString("hex"), "0a84");
  assert.equal(Buffer.from(parseChecksum("crc16-ccitt").tail(digits)).toString("hex"), "29b1");
  assert.equal(Buffer.from(parseChecksum("crc16-ccitt:le").tail(digits)).toString("hex"), "b129");
  assert.equal(Buffer.from(parseChecksum("crc32").tail(digits)).toString("hex"), "cbf43926");
});

test("a name says when its order is not the usual one", () => {
  assert.equal(parseChecksum("crc16-modbus:le").name, "crc16-modbus");
  assert.equal(parseChecksum("crc16-modbus:be").name, "crc16-modbus:be");
  assert.equal(parseChecksum("lrc:le").name, "lrc");
});

test("crc32 is that of zlib for any bytes", () => {
  for (let length = 0; length < 300; length += 7) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 131 + length) & 0xff);
    assert.equal(parseChecksum("crc32").of(bytes), crc32(bytes));
  }
});

test("a frame is checked, whatever the checksum; one flipped bit is noticed", () => {
  for (const name of checksumNames.flatMap((name) => [name, `${name}:le`, `${name}:be`])) {
    const checksum = parseChecksum(name);
    const frame = Buffer.concat([digits, checksum.tail(digits)]);
    const checked = checkFrame(checksum, frame);
    assert.ok(checked.ok, name);
    assert.deepEqual(Buffer.from(checked.body), digits);
    for (let bit = 0; bit < 8 * frame.length; bit++) {
      const broken = Buffer.from(frame);
      broken[bit >> 3] = (broken[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.equal(checkFrame(checksum, broken).ok, false, `${name}, bit ${bit}`);
    }
  }
});

test("a frame too short for a checksum is wrong, and one of nothing but the checksum is right", () => {
  const modbus = parseChecksum("crc16-modbus");
  assert.equal(checkFrame(modbus, Uint8Array.of(1)).ok, false);
  assert.equal(checkFrame(modbus, Uint8Array.of()).ok, false);
  const empty = checkFrame(modbus, Uint8Array.of(0xff, 0xff));
  assert.ok(empty.ok);
  assert.equal(empty.body.length, 0);
});

test("what is no checksum is refused with the names that are", () => {
  for (const text of ["", "crc", "crc16", "md5", "crc32:", "crc32:xe", "crc32:le:be", "constructor"]) {
    refused("E_USAGE", () => parseChecksum(text), /crc16-modbus/);
  }
});
