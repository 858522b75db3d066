import { readlinkSync } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, linkLeavesRoot, printable } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { FileFilter } from "./file-filter.js";
import { walkNow } from "./tree-walk.js";

/** Looks before other work gets a turn. */
const looksPerTurn = 256;

/**
 * Refuses with E_LINK to move a link, or a folder with one in it, to where it leads out of the root: nearer to the root,
 * the same `..` go further. One that led out before may be moved.
 */
export async function refuseMoveOutOfRoot(confined: ConfinedFolder, from: string, to: string): Promise<void> {
  if (depthOf(to) >= depthOf(from)) return;
  for await (const below of linksFrom(confined, from)) {
    const [old, moved] = [joinWirePath(from, below.path), joinWirePath(to, below.path)];
    if (linkLeavesRoot(old, below.target) || !linkLeavesRoot(moved, below.target)) continue;
    const where = `${printable(old)}, a link to ${printable(below.target)}`;
    throw new SampanError("E_LINK", `${where}, would lead out of the served folder at ${printable(moved)}`, {
      path: old,
    });
  }
}

async function* linksFrom(confined: ConfinedFolder, path: string): AsyncGenerator<{ path: string; target: string }> {
  const stat = confined.look(path);
  if (stat?.isSymbolicLink()) yield { path: "", target: readlinkSync(confined.at(path)) };
  if (!stat?.isDirectory()) return;
  const walk = { start: path, named: "", filter: new FileFilter([]), recursive: true };
  let looks = 0;
  for (const found of walkNow(confined, walk)) {
    if (++looks % looksPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    if (found !== undefined && "type" in found && found.type === "link") yield found;
  }
}

function depthOf(path: string): number {
  return path.split("/").length;
}
