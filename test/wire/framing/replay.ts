import assert from "node:assert/strict";
import type { ErrorCode } from "../../../src/wire/error-code.js";
import type { FrameRule } from "../../../src/wire/framing/index.js";
import { codeOf } from "../../refused.js";

/** What came out of a stream: frames in hex, and how it ended. */
export interface Outcome {
  readonly frames: string[];
  /** "clean", "inside" a frame, or what was thrown before the end. */
  readonly end: "clean" | "inside" | ErrorCode;
}

export function hex(text: string): Uint8Array {
  assert.match(text, /^(\s*[0-9a-f]{2})*\s*$/i, "not hex");
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Bytes that a rule may hold beyond its cap: heads, delimiters, escapes. */
const slackBytes = 66_000;

/** Feeds chunks to a decoder, spoiling each after the call, as a reused read buffer would; and looks at what it holds. */
export function decode(rule: FrameRule, chunks: readonly Uint8Array[]): Outcome {
  const decoder = rule.decoder();
  const frames: string[] = [];
  const onFrame = (frame: Uint8Array): void => {
    assert.ok(frame.length <= rule.maxFrameBytes, `a frame of ${frame.length} bytes is above the cap`);
    frames.push(toHex(frame));
  };
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk);
    const code = codeOf(() => decoder.push(lent, onFrame));
    lent.fill(0xa5);
    if (code !== undefined) {
      assert.equal(decoder.bufferedBytes, 0, "a spent decoder holds nothing");
      return { frames, end: code };
    }
    assert.ok(decoder.bufferedBytes <= rule.maxFrameBytes + slackBytes);
  }
  const held = decoder.bufferedBytes;
  const code = codeOf(() => decoder.end(onFrame));
  if (code === undefined) return { frames, end: "clean" };
  assert.ok(held > 0, "only a frame that was begun can be unfinished");
  assert.ok(code === "E_PROTOCOL" || code === "E_TOO_LARGE", code);
  return { frames, end: "inside" };
}

/** `bytes` one by one. */
export function singly(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** The same bytes give the same at every split into two and three, with an empty chunk between, and one by one. */
export function sameAtEverySplit(rule: FrameRule, bytes: Uint8Array): Outcome {
  const whole = decode(rule, [bytes]);
  assert.deepEqual(decode(rule, singly(bytes)), whole, "byte by byte");
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const chunks = [
        bytes.subarray(0, first),
        new Uint8Array(0),
        bytes.subarray(first, second),
        bytes.subarray(second),
      ];
      assert.deepEqual(decode(rule, chunks), whole, `split at ${first} and ${second}`);
    }
  }
  return whole;
}

export function encodeWith(rule: FrameRule, frames: readonly Uint8Array[]): Uint8Array {
  const parts = frames.map((frame) => {
    const bytes = new Uint8Array(rule.encodedLength(frame));
    assert.equal(rule.encodeInto(frame, bytes, 0), bytes.length);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat(parts));
}
