import { SampanError } from "./sampan-error.js";

/**
 * A checksum as protocols of devices put it behind a frame. One name stands for all of its parameters; those of the
 * CRCs are the ones of the "Catalogue of parametrised CRC algorithms", whose check values the tests use.
 */
export interface Checksum {
  /** As `parseChecksum` reads it: `crc16-modbus`, or `crc16-modbus:be` where the order is not the usual one. */
  readonly name: string;
  /** How many bytes it takes behind a frame: 1, 2 or 4. */
  readonly width: 1 | 2 | 4;
  readonly order: "le" | "be";
  /** The checksum as a number, unsigned. */
  of(bytes: Uint8Array): number;
  /** The checksum as it stands behind a frame. */
  tail(bytes: Uint8Array): Uint8Array;
}

/** A frame with its checksum taken off and compared. */
export interface CheckedFrame {
  /** What stands before the checksum; all of it if the frame is too short to hold one. */
  readonly body: Uint8Array;
  readonly ok: boolean;
  /** What stood there; empty if the frame is too short. */
  readonly got: Uint8Array;
  readonly expected: Uint8Array;
}

interface Parameters {
  readonly width: 1 | 2 | 4;
  readonly order: "le" | "be";
  of(bytes: Uint8Array): number;
}

/*
 * name           polynomial   init        reflected   last xor     also called                       usual order
 * crc16-modbus   8005         FFFF        yes         0            MODBUS                            low byte first
 * crc16-ccitt    1021         FFFF        no          0            CCITT-FALSE, IBM-3740, AUTOSAR    high byte first
 * crc16-xmodem   1021         0           no          0            ACORN, ZMODEM                     high byte first
 * crc16-kermit   1021         0           yes         0            CCITT-TRUE, V.41 LSB, BLUETOOTH   high byte first
 * crc32          04C11DB7     FFFFFFFF    yes         FFFFFFFF     ISO-HDLC, zip, Ethernet           high byte first
 * sum8           the sum of all bytes, modulo 256
 * xor8           all bytes, exclusive or
 * lrc            sum8 negated, as in Modbus ASCII: bytes and checksum add up to 0
 */
const algorithms: ReadonlyMap<string, Parameters> = new Map<string, Parameters>([
  ["crc16-modbus", { width: 2, order: "le", of: reflectedCrc(0xa001, 0xffff, 0) }],
  ["crc16-ccitt", { width: 2, order: "be", of: plainCrc16(0x1021, 0xffff) }],
  ["crc16-xmodem", { width: 2, order: "be", of: plainCrc16(0x1021, 0) }],
  ["crc16-kermit", { width: 2, order: "be", of: reflectedCrc(0x8408, 0, 0) }],
  ["crc32", { width: 4, order: "be", of: reflectedCrc(0xedb88320, 0xffffffff, 0xffffffff) }],
  ["sum8", { width: 1, order: "be", of: sum8 }],
  ["xor8", { width: 1, order: "be", of: (bytes) => bytes.reduce((all, byte) => all ^ byte, 0) }],
  ["lrc", { width: 1, order: "be", of: (bytes) => -sum8(bytes) & 0xff }],
]);

export const checksumNames: readonly string[] = [...algorithms.keys()];

/** Reads `NAME`, `NAME:le` or `NAME:be`; E_USAGE if there is no such checksum. */
export function parseChecksum(text: string): Checksum {
  const [name = "", order, ...more] = text.trim().toLowerCase().split(":");
  const found = algorithms.get(name);
  if (found === undefined || more.length > 0 || (order !== undefined && order !== "le" && order !== "be")) {
    throw new SampanError(
      "E_USAGE",
      `"${text}" is no checksum; there are ${checksumNames.join(", ")}, each also with :le or :be`,
    );
  }
  const used = order ?? found.order;
  return {
    name: used === found.order || found.width === 1 ? name : `${name}:${used}`,
    width: found.width,
    order: used,
    of: (bytes) => found.of(bytes),
    tail: (bytes) => numberBytes(found.of(bytes), found.width, used),
  };
}

/** Takes the checksum off a frame that came in, and compares it with that of the bytes before it. */
export function checkFrame(checksum: Checksum, frame: Uint8Array): CheckedFrame {
  const at = frame.length - checksum.width;
  if (at < 0) return { body: frame, ok: false, got: frame.subarray(0, 0), expected: checksum.tail(frame) };
  const body = frame.subarray(0, at);
  const got = frame.subarray(at);
  const expected = checksum.tail(body);
  return { body, ok: got.every((byte, index) => byte === expected[index]), got, expected };
}

function numberBytes(value: number, width: number, order: "le" | "be"): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let index = 0; index < width; index++) {
    bytes[order === "le" ? index : width - 1 - index] = (value >>> (8 * index)) & 0xff;
  }
  return bytes;
}

function sum8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (sum + byte) & 0xff;
  return sum;
}

/** A CRC of 16 or 32 bits that takes the lowest bit of each byte first; `polynomial` is written reversed. */
function reflectedCrc(polynomial: number, init: number, lastXor: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  return (bytes) => {
    let crc = init;
    for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
    return (crc ^ lastXor) >>> 0;
  };
}

/** A CRC of 16 bits that takes the highest bit of each byte first. */
function plainCrc16(polynomial: number, init: number): (bytes: Uint8Array) => number {
  const table = Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ polynomial : crc << 1;
    return crc;
  });
  return (bytes) => {
    let crc = init;
    for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (table[(crc >> 8) ^ byte] as number);
    return crc;
  };
}
