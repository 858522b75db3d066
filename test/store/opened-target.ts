import { join } from "node:path";
import type { TestContext } from "node:test";
import type { TargetOptions, TargetTree } from "../../src/session/ports.js";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { scratch, targetOptions } from "./scratch.js";

/** A target in a folder that is gone after the test. */
export function open(
  t: TestContext,
  more: Partial<TargetOptions> = {},
  folder = join(scratch(t), "to"),
  bootId?: string,
): { root: string; target: TargetTree } {
  const target = openLocalTarget(folder, { ...targetOptions, ...more }, bootId);
  t.after(() => target.close());
  return { root: folder, target };
}
