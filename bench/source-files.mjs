// What is moved.
import { randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Incompressible, and every MiB different. */
export function makeBigFile(path, bytes) {
  const chunk = Buffer.alloc(2 ** 22);
  const file = openSync(path, "w");
  for (let written = 0; written < bytes; ) {
    randomFillSync(chunk);
    written += writeSync(file, chunk, 0, Math.min(chunk.length, bytes - written));
  }
  closeSync(file);
}

/** Nothing but a hole. */
export function makeSparseFile(path, bytes) {
  writeFileSync(path, "");
  truncateSync(path, bytes);
}

export function makeSmallFiles(folder, { folders, filesEach, bytesEach }) {
  const content = Buffer.alloc(bytesEach);
  for (let f = 0; f < folders; f++) {
    const inner = join(folder, `folder-${String(f).padStart(3, "0")}`);
    mkdirSync(inner, { recursive: true });
    for (let n = 0; n < filesEach; n++) {
      writeFileSync(join(inner, `file-${String(n).padStart(3, "0")}`), randomFillSync(content));
    }
  }
}
