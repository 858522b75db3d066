import type { FrameRule } from "./frame-rule.js";

/** `frame` as it goes on the wire. Throws what `encodedLength` does. */
export function encode(rule: FrameRule, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(rule.encodedLength(frame));
  rule.encodeInto(frame, bytes, 0);
  return bytes;
}

/** All frames as they go on the wire, in one buffer, to be sent with one write. */
export function encodeAll(rule: FrameRule, frames: Iterable<Uint8Array>): Uint8Array {
  const list = [...frames];
  let length = 0;
  for (const frame of list) length += rule.encodedLength(frame);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const frame of list) at = rule.encodeInto(frame, bytes, at);
  return bytes;
}

/** The frames of a whole stream, as views of `bytes` where they lie in it. E_PROTOCOL, E_TOO_LARGE. */
export function decodeAll(rule: FrameRule, bytes: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  const add = (frame: Uint8Array) => void frames.push(frame);
  const decoder = rule.decoder();
  decoder.push(bytes, add);
  decoder.end(add);
  return frames;
}
