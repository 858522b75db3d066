// node read-back.mjs FILE BYTES HASH: reads the first BYTES of FILE in pieces of 1 MiB, hashed or not, and prints the
// seconds that this took, without the start of the process.
import { createHash } from "node:crypto";
import { openSync, readSync } from "node:fs";

const [path, bytes, hash] = process.argv.slice(2);
const update = await updateOf(hash);
const buffer = Buffer.allocUnsafe(2 ** 20);
const file = openSync(path, "r");
const begin = performance.now();
for (let at = 0; at < Number(bytes); ) {
  const length = readSync(file, buffer, 0, Math.min(buffer.length, Number(bytes) - at), at);
  update(buffer.subarray(0, length));
  at += length;
}
process.stdout.write(`${(performance.now() - begin) / 1000}`);

async function updateOf(name) {
  if (name === "none") return () => {};
  if (name === "sha256") {
    const sha256 = createHash("sha256");
    return (piece) => sha256.update(piece);
  }
  // The hash of sampan itself. Where it is not installed this process fails, and the figure is left out.
  const { Blake3Hasher } = await import("@napi-rs/blake-hash");
  const blake3 = new Blake3Hasher();
  return (piece) => blake3.update(piece);
}
