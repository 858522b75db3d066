import { readdirSync } from "node:fs";
import { stagingName } from "../wire/wire-path.js";
import { ConfinedFolder } from "./confined-folder.js";
import { isHeldLock } from "./part-lock.js";
import { StagingFolder } from "./staging-folder.js";

/**
 * Removes what transfers have left unfinished in `folder` that nobody has gone on with for `olderThanMs`, and what
 * killed processes have left. Returns how many files. Where the staging folder cannot be read, nothing is done.
 */
export function removeStaleParts(folder: string, olderThanMs: number, nowMs = Date.now()): number {
  const confined = new ConfinedFolder(folder, { show: (path) => (path === "" ? folder : `${folder}/${path}`) });
  try {
    const staging = new StagingFolder(confined);
    if (!staging.exists()) return 0;
    const stale = staleNames(confined, nowMs - olderThanMs);
    for (const name of stale) staging.remove(`${stagingName}/${name}`);
    staging.tidy();
    return stale.length;
  } finally {
    confined.close();
  }
}

/** Files of one path go together, by the youngest of them, and not while a transfer holds their lock. */
function staleNames(confined: ConfinedFolder, beforeMs: number): string[] {
  const groups = new Map<string, { names: string[]; youngestMs: number }>();
  for (const name of readdirSync(confined.folder(stagingName))) {
    const [key] = /^[0-9a-f]+/.exec(name) ?? [name];
    if (!/\.(part|journal|finished|new|lock)$/.test(name)) continue;
    const group = groups.get(key) ?? { names: [], youngestMs: 0 };
    group.names.push(name);
    // The part itself has its mtime set only at the end, so until then it tells when a block was last written.
    group.youngestMs = Math.max(group.youngestMs, Number(confined.look(`${stagingName}/${name}`)?.mtimeMs ?? 0n));
    groups.set(key, group);
  }
  return [...groups.values()]
    .filter(({ names, youngestMs }) => youngestMs < beforeMs && !names.some(isHeldLock))
    .flatMap(({ names }) => names);
}
