import { Transform } from "node:stream";
import type { TextEncoding } from "../../service/text-encoding.js";

/** Turns text of another encoding into UTF-8 as it comes. */
export function transcoder(encoding: TextEncoding): Transform {
  const decoder = encoding.decoder();
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => done(null, Buffer.from(decoder.decode(chunk))),
    flush: (done) => done(null, Buffer.from(decoder.end())),
  });
}
