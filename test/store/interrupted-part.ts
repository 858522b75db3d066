import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext } from "node:test";
import type { PartFile, TargetTree } from "../../src/session/ports.js";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { fileEntry, names, sha256, targetOptions } from "./scratch.js";

export const MiB = 1024 * 1024;
export const bytes = 3 * MiB + 5;
export const entry = fileEntry("big", bytes, { mode: 0o640, mtime: -3 });
export const content = Buffer.alloc(bytes, (1).toString());
for (let at = 0; at < bytes; at += 1000) content.writeUInt32LE(at, Math.min(at, bytes - 4));
export const lengths = [MiB, MiB, MiB, 5];

export function put(part: PartFile, index: number): Promise<void> {
  const block = content.subarray(index * MiB, index * MiB + (lengths[index] ?? 0));
  return part.write(index, block, index * MiB, block.length, sha256.hash(block));
}

export function open(t: TestContext, root: string, bootId = "boot"): TargetTree {
  const target = openLocalTarget(root, targetOptions, bootId);
  t.after(() => target.close());
  return target;
}

export const staged = (root: string, ending: string) =>
  names(join(root, ".sampan")).filter((name) => name.endsWith(ending));
export const journalOf = (root: string) => join(root, ".sampan", staged(root, ".journal")[0] ?? "none");
export const partOf = (root: string) => join(root, ".sampan", staged(root, ".part")[0] ?? "none");

/** Writes blocks 0 and 2 and stops there. */
export async function interrupted(t: TestContext, root: string, bootId = "boot"): Promise<void> {
  const target = open(t, root, bootId);
  const part = await target.begin("big", entry);
  assert.equal(part.held.size, 0);
  await Promise.all([put(part, 2), put(part, 0)]);
  await part.close();
  target.close();
}

export async function heldBy(t: TestContext, root: string, bootId = "boot", offered = entry): Promise<number[]> {
  const part = await open(t, root, bootId).begin("big", offered);
  const held = [...part.held.keys()].sort((a, b) => a - b);
  await part.close();
  return held;
}
