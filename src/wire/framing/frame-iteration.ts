import { encode } from "./frame-bytes.js";
import type { FrameRule } from "./frame-rule.js";

/** Node streams, Web streams, generators and lists are all of this. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The frames of a stream, one by one. The next chunk is asked for when all frames of the last are taken, and only then
 * may the source write over it. An error of the stream comes after the frames in front of it: E_PROTOCOL, E_TOO_LARGE.
 */
export async function* decodeFrames(rule: FrameRule, source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = rule.decoder();
  let frames: Uint8Array[] = [];
  const add = (frame: Uint8Array) => void frames.push(frame);
  for await (const chunk of source) {
    let problem: { error: unknown } | undefined;
    try {
      decoder.push(chunk, add);
    } catch (error) {
      problem = { error };
    }
    yield* frames;
    if (problem !== undefined) throw problem.error;
    frames = [];
  }
  decoder.end(add);
  yield* frames;
}

/** Each frame as it goes on the wire. Throws what `encodedLength` does. */
export async function* encodeFrames(rule: FrameRule, frames: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const frame of frames) yield encode(rule, frame);
}
