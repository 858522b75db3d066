import { MemoryDisk } from "./memory-disk.js";
import { file, folder, link } from "./memory-tree.js";
import { seeded } from "./virtual-clock.js";

const block = 1024 * 1024;
const sizes = [0, 1, 17, 5000, block - 1, block, block + 1, 2 * block, 2 * block + 3, 3 * block - 1];

/** Bytes that look like nothing, the same for the same seed; with `zeros`, some blocks are all zero. */
export function noise(length: number, seed: number, zeros = false): Uint8Array {
  const content = new Uint8Array(length);
  let state = seed | 1;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    content[at] = state;
  }
  if (zeros) content.fill(0, 0, Math.min(length, block));
  return content;
}

/** A tree below "from" with names, sizes around the borders of blocks, folders and links as the seed has it. */
export function randomDisk(seed: number): MemoryDisk {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  const folders = ["from"];
  for (let count = Math.floor(random() * 4); count > 0; count--) {
    const path = `${pick(folders)}/folder ${count}`;
    folders.push(path);
    disk.nodes.set(path, folder());
  }
  for (let count = Math.floor(random() * 12); count > 0; count--) {
    const name = pick(["文件", "-rf", " space", "tab\t", "e\u0301"]);
    const content = noise(pick(sizes), Math.floor(random() * 1e9), random() < 0.2);
    disk.nodes.set(`${pick(folders)}/${name} ${count}`, file(content));
  }
  if (random() < 0.5) disk.nodes.set(`${pick(folders)}/link`, link("from"));
  return disk;
}

/** A disk with one file at "from". */
export function oneFile(content: Uint8Array): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", file(content));
  return disk;
}
