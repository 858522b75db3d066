// A file from the disk to a socket: read into one of a few pieces of memory, one write each, and back to the others when
// that is done. The next read happens while the system still carries the last write away.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const pieceBytes = 2 ** 20;
const pieces = 4;

/** @param writesAtOnce 1 for TLS, which copies together what is written before it is ready */
export function sendFile(socket, path, writesAtOnce, done) {
  const file = openSync(path, "r");
  const bytes = fstatSync(file).size;
  const free = Array.from({ length: pieces }, () => Buffer.allocUnsafeSlow(pieceBytes));
  const ready = [];
  let read = 0;
  let writing = 0;
  const heading = Buffer.alloc(8);
  heading.writeBigUInt64BE(BigInt(bytes));
  socket.write(heading);
  const write = ({ piece, length }) => {
    writing++;
    socket.write(length === piece.length ? piece : piece.subarray(0, length), () => {
      writing--;
      free.push(piece);
      go();
    });
  };
  const go = () => {
    for (;;) {
      if (ready.length > 0 && writing < writesAtOnce) {
        write(ready.shift());
      } else if (free.length > 0 && read < bytes) {
        const piece = free.pop();
        const length = readSync(file, piece, 0, pieceBytes, read);
        if (length === 0) throw new Error(`${path} became shorter`);
        read += length;
        ready.push({ piece, length });
      } else break;
    }
    if (read === bytes && ready.length === 0 && writing === 0) {
      closeSync(file);
      done();
    }
  };
  go();
}
