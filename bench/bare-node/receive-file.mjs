// A file from a socket to the disk: read into one piece of memory, which is written when it is full. Small TLS records
// are gathered so; a plain socket fills it in few reads.
import { closeSync, openSync, writeSync } from "node:fs";

const pieceBytes = 2 ** 20;

/** The section, see sections.mjs, that begins a file; `done` is called when all of it is written. */
export function fileSections(path, done) {
  const file = openSync(path, "w");
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  const heading = Buffer.alloc(8);
  let bytes = 0;
  let written = 0;
  const next = () => {
    if (written === bytes) {
      closeSync(file);
      done();
      return undefined;
    }
    const room = piece.subarray(0, Math.min(pieceBytes, bytes - written));
    return { room, filled: () => write(room) };
  };
  const write = (room) => {
    written += writeSync(file, room, 0, room.length, written);
    return next();
  };
  const measured = () => {
    bytes = Number(heading.readBigUInt64BE());
    return next();
  };
  return { room: heading, filled: measured };
}
