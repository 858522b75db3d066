import fs from "node:fs";

const pieceBytes = 1024 * 1024;

/**
 * Copies what lies in `from` between `start` and an end that may grow meanwhile, into `to` at `at`, pausing between
 * pieces, but for a last bit of less than 1 MiB. Resolves to the bytes copied.
 */
export async function copyRange(
  from: number,
  start: number,
  end: () => number,
  to: number,
  at: number,
): Promise<number> {
  let copied = 0;
  for (const buffer = Buffer.alloc(pieceBytes); start + copied < end() - pieceBytes; ) {
    copied += copyPiece(from, start + copied, pieceBytes, to, at + copied, buffer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return copied;
}

/** Copies in one go. */
export function copyRest(from: number, start: number, end: number, to: number, at: number): void {
  const buffer = Buffer.alloc(Math.max(1, end - start));
  for (let copied = 0; start + copied < end; )
    copied += copyPiece(from, start + copied, end - start - copied, to, at + copied, buffer);
}

function copyPiece(from: number, start: number, most: number, to: number, at: number, buffer: Buffer): number {
  const count = fs.readSync(from, buffer, 0, Math.min(most, buffer.length), start);
  if (count === 0) throw Object.assign(new Error("the file is shorter than it was"), { code: "EIO" });
  for (let written = 0; written < count; ) written += fs.writeSync(to, buffer, written, count - written, at + written);
  return count;
}

/** Resolves when what was written is on the disk. */
export function syncFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fs.fdatasync(fd, (error) => (error ? reject(error) : resolve())));
}
