// One decoder in a process of its own, so that the compiler sees no other: warmed up, then measured once. Prints
// nanoseconds a frame. node decode-frames-once.mjs CONTESTANT
import { frameDecoders } from "../peers/frame-decoders.mjs";
import { bodyBytes, chunkBytes, measuredFrames } from "./decode-frames.mjs";

// Seen from outside the loop: what is only looked at would not need to be made.
let kept;
const chunks = chunksOf(measuredFrames);
const decode = await frameDecoders[process.argv[2]].load();
for (let i = 0; i < 3; i++) await decodeOnce();
const beginMs = performance.now();
await decodeOnce();
process.stdout.write(`${((performance.now() - beginMs) * 1e6) / measuredFrames}\n`);

/** As a socket gives them: Buffers of the same size wherever frames begin and end. */
function chunksOf(frames) {
  const frameBytes = 4 + bodyBytes;
  const stream = Buffer.alloc(frames * frameBytes);
  for (let i = 0; i < frames; i++) {
    stream.writeUInt32BE(bodyBytes, i * frameBytes);
    stream.fill(i & 0xff, i * frameBytes + 4, (i + 1) * frameBytes);
  }
  const list = [];
  for (let at = 0; at < stream.length; at += chunkBytes) list.push(Buffer.from(stream.subarray(at, at + chunkBytes)));
  return list;
}

/** Decodes all of it, and sees to it that every frame came. */
async function decodeOnce() {
  let count = 0;
  let wrong = 0;
  await decode(chunks, (first, length, frame) => {
    kept = frame;
    if (first !== (count & 0xff) || length !== bodyBytes) wrong++;
    count++;
  });
  if (kept?.length === 0) throw new Error("the last frame is empty");
  if (count !== measuredFrames || wrong > 0) throw new Error(`${count} frames, ${wrong} of them wrong`);
}
