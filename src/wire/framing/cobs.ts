import { CobsDecoder } from "./cobs-decoder.js";
import { checkFrameLength, checkRoom, type FrameLimit, frameLimit, limitText } from "./frame-limit.js";
import type { FrameDecoder, FrameRule } from "./frame-rule.js";

/*
 * Consistent overhead byte stuffing (Cheshire and Baker, 1999): no byte of the frame is 0 on the wire, and a 0 ends it.
 *
 *   +--------------+--------------------+--------------+------ ... --+---+
 *   | n: 1 to 255  | n - 1 bytes, no 0  | n: 1 to 255  |             | 0 |
 *   +--------------+--------------------+--------------+------ ... --+---+
 *
 * Behind each block but the last stands a 0 that is not written, unless n is 255.
 */

const fullBlock = 254;

/** Frames with their zeros taken out and a zero behind each. */
export function cobsRule(limit: FrameLimit = {}): FrameRule {
  return new CobsRule(frameLimit(limit));
}

class CobsRule implements FrameRule {
  readonly text: string;
  readonly maxFrameBytes: number;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.text = `cobs${limitText(maxFrameBytes)}`;
  }

  decoder(): FrameDecoder {
    return new CobsDecoder(this.maxFrameBytes);
  }

  encodedLength(frame: Uint8Array): number {
    checkFrameLength(frame, this.maxFrameBytes);
    // Each zero becomes the code of a block; more codes are needed where 254 bytes have none among them.
    let bytes = frame.length + 2;
    let run = 0;
    for (let at = 0; at < frame.length; at++) {
      if (frame[at] === 0) run = 0;
      else if (++run === fullBlock && at + 1 < frame.length) {
        bytes++;
        run = 0;
      }
    }
    return bytes;
  }

  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number {
    checkRoom(target, at, this.encodedLength(frame));
    let code = at;
    let place = at + 1;
    for (let from = 0; from < frame.length; from++) {
      const byte = frame[from] as number;
      if (byte !== 0) target[place++] = byte;
      const isFull = place - code > fullBlock && from + 1 < frame.length;
      if (byte !== 0 && !isFull) continue;
      target[code] = place - code;
      code = place++;
    }
    target[code] = place - code;
    target[place++] = 0;
    return place;
  }
}
