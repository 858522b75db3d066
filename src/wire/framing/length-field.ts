export type LengthWidth = 1 | 2 | 3 | 4 | 8;

const two32 = 2 ** 32;
const highestExact = 2 ** 21;

/** Reads an unsigned number. Of one from 2^53 on the low half is left out, not to be rounded up: it is above every cap. */
export function readLength(bytes: Uint8Array, at: number, width: LengthWidth, littleEndian: boolean): number {
  if (width === 4) return littleEndian ? readU32le(bytes, at) : readU32be(bytes, at);
  const a = bytes[at] as number;
  if (width === 1) return a;
  const b = bytes[at + 1] as number;
  if (width === 2) return littleEndian ? a | (b << 8) : (a << 8) | b;
  const c = bytes[at + 2] as number;
  if (width === 3) return littleEndian ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
  const high = littleEndian ? readU32le(bytes, at + 4) : readU32be(bytes, at);
  const low = littleEndian ? readU32le(bytes, at) : readU32be(bytes, at + 4);
  return high * two32 + (high < highestExact ? low : 0);
}

function readU32le(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}

function readU32be(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8);
  return (high | (bytes[at + 3] as number)) >>> 0;
}

/** Writes a number that is known to fit. */
export function writeLength(
  bytes: Uint8Array,
  at: number,
  width: LengthWidth,
  littleEndian: boolean,
  value: number,
): void {
  let rest = value;
  for (let place = 0; place < width; place++) {
    bytes[littleEndian ? at + place : at + width - 1 - place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
