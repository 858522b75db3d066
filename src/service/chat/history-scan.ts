import fs from "node:fs";
import type { Said } from "../../session/chat/said.js";
import { saidOfLine } from "./history-line.js";

const chunkBytes = 1024 * 1024;
const newline = 0x0a;

/** Where a message lies in a file. */
export interface Place {
  readonly seq: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a history from its first line to its last, telling `onSaid` of each message and where it lies. Lines that are
 * damaged or out of order are passed over. Resolves to the length of the part that ends with a whole good line: what
 * comes behind it was cut off in the middle of being written.
 */
export async function scanHistory(
  file: fs.promises.FileHandle,
  onSaid: (said: Said, place: Place) => void,
): Promise<number> {
  let held = Buffer.alloc(0);
  let heldAt = 0;
  let goodBytes = 0;
  let lastSeq = 0;
  const chunk = Buffer.alloc(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, heldAt + held.length);
    if (bytesRead === 0) return goodBytes;
    held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
    let at = 0;
    for (let end = held.indexOf(newline); end >= 0; end = held.indexOf(newline, at)) {
      const offset = heldAt + at;
      const length = end + 1 - at;
      const said = offset === 0 ? undefined : saidOfLine(held.toString("utf8", at, end));
      at = end + 1;
      if (offset === 0) goodBytes = length;
      if (!said || said.seq <= lastSeq) continue;
      lastSeq = said.seq;
      goodBytes = offset + length;
      onSaid(said, { seq: said.seq, offset, length });
    }
    held = Buffer.from(held.subarray(at));
    heldAt += at;
  }
}

/** The first line of a file, as far as a history's can be long; undefined if it cannot be read. */
export function firstLine(path: string): string | undefined {
  try {
    const fd = fs.openSync(path, "r");
    try {
      const buffer = Buffer.alloc(1024);
      const text = buffer.toString("utf8", 0, fs.readSync(fd, buffer, 0, buffer.length, 0));
      return text.includes("\n") ? text.slice(0, text.indexOf("\n")) : undefined;
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
