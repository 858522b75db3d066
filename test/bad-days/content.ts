import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Bytes that look random and are the same for the same name. */
export function contentOf(name: string, bytes: number): Buffer {
  const key = createHash("sha256").update(name).digest();
  return createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(bytes));
}

/** Writes a file with content of its own and a time that no other has; returns its content. */
export function makeFile(path: string, bytes: number, name = path): Buffer {
  const content = contentOf(name, bytes);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const seconds = 1_600_000_000 + createHash("sha256").update(name).digest().readUInt16BE(0);
  utimesSync(path, seconds, seconds + 0.123456);
  return content;
}

export function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Every path below a folder with what it is, its bytes or its target. */
export function treeOf(folder: string): Map<string, string> {
  const tree = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) tree.set(name, "folder");
    else if (stat.isSymbolicLink()) tree.set(name, `link to ${readlinkSync(path)}`);
    else tree.set(name, `${stat.size} bytes, ${digestOf(readFileSync(path))}`);
  }
  return tree;
}

/** Fails unless both folders hold the same paths with the same bytes, and nothing else. */
export function assertSameTree(actual: string, expected: string): void {
  assert.deepEqual(treeOf(actual), treeOf(expected));
}

/** Numbers from 0 to 1 that look random, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
