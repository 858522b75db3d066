import { encode } from "./frame-bytes.js";
import type { FrameRule } from "./frame-rule.js";

/** What a Web stream gives a transformer to put its results into. */
export interface FrameSink {
  enqueue(bytes: Uint8Array): void;
}

/** For one `new TransformStream(transformer)`. */
export interface FrameTransformer {
  transform(chunk: Uint8Array, sink: FrameSink): void;
  flush(sink: FrameSink): void;
}

/**
 * Chunks in, frames out: `readable.pipeThrough(new TransformStream(frameDecoding(rule)))`. As Web streams are, an error
 * ends the stream at once, and frames in front of it that nobody has read yet are lost with it.
 */
export function frameDecoding(rule: FrameRule): FrameTransformer {
  const decoder = rule.decoder();
  return {
    transform: (chunk, sink) => decoder.push(chunk, (frame) => sink.enqueue(frame)),
    flush: (sink) => decoder.end((frame) => sink.enqueue(frame)),
  };
}

/** Frames in, bytes for the wire out. */
export function frameEncoding(rule: FrameRule): FrameTransformer {
  return {
    transform: (frame, sink) => sink.enqueue(encode(rule, frame)),
    flush: () => {},
  };
}
