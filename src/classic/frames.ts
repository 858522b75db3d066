import type { TextEncoding } from "../service/text-encoding.js";
import type { Connection } from "./connection.js";
import { lengthHeader, readLength } from "./length-header.js";
import { type Converse, decodeWhole } from "./site.js";

/** Far above any message of the tutorials; a frame is held in memory, once for each connection. */
export const maxFrameBytes = 2 ** 20;

/** `frames`: a length and so many bytes, again and again; nothing is answered. */
export const serveFrames: Converse = async (connection, { encoding, tell }) => {
  for (let number = 1; ; number++) {
    const length = await readLength(connection, "a frame", { min: 0, max: maxFrameBytes });
    if (length === undefined) return;
    const bytes = length === 0 ? Buffer.alloc(0) : await connection.readExactly(length);
    const text = decodeWhole(encoding, bytes);
    const told = tell({ event: "frame", peer: connection.peer, number, bytes: length, text });
    if (told !== undefined) await told;
  }
};

/** What is given to the kernel in one write: many frames, as one write for each would be mostly system calls. */
const batchBytes = 64 * 1024;

/** Sends the same text `count` times, a frame each; `sent` hears how many the kernel has taken. */
export async function sendFrames(
  connection: Connection,
  encoding: TextEncoding,
  text: string,
  count: number,
  sent: (frames: number) => void,
): Promise<void> {
  const bytes = encoding.encode(text);
  const frame = Buffer.concat([lengthHeader(bytes.length), bytes]);
  const perBatch = Math.max(1, Math.floor(batchBytes / frame.length));
  const batch = Buffer.concat(Array.from({ length: Math.min(perBatch, count) }, () => frame));
  for (let done = 0; done < count; ) {
    const frames = Math.min(perBatch, count - done);
    await connection.send(batch.subarray(0, frames * frame.length));
    done += frames;
    sent(done);
  }
}
