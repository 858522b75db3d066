import { lstatSync, rmdirSync, unlinkSync } from "node:fs";
import type { SampanError } from "../wire/sampan-error.js";
import { joinWirePath } from "../wire/wire-path.js";
import { namesIn, nativePath } from "./byte-name.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, fileError } from "./file-error.js";
import { isStagingName, sortNames } from "./file-name.js";

interface Level {
  readonly path: string;
  readonly names: string[];
  /** Remove the folder itself when it is done; no more once something in it is kept. */
  remove: boolean;
}

export interface RemovalOptions {
  readonly isKept: (path: string, isFolder: boolean) => boolean;
  /** Only give what would be removed. */
  readonly dryRun: boolean;
}

/**
 * Removes what is below `folder` and not kept, deepest first, giving each path as it is gone, or undefined for what
 * stays. Links are removed, never followed. Goes on after what cannot be removed, and throws the first such error last.
 * Unfinished files are left alone in what is kept. In the paths names that are not UTF-8 stand as in `byte-name.ts`.
 */
export function* removeBelow(
  confined: ConfinedFolder,
  folder: string,
  { isKept, dryRun }: RemovalOptions,
): Generator<string | undefined> {
  let failed: SampanError | undefined;
  const attempt = (path: string, action: () => unknown): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      // Somebody else has removed it.
      if (errnoOf(error) === "ENOENT") return false;
      failed ??= fileError(error, "remove", confined.show(path));
      return false;
    }
  };
  const levels: Level[] = [];
  const enter = (path: string, remove: boolean) =>
    attempt(path, () => levels.push({ path, remove, names: sortNames(namesIn(nativePath(confined.folder(path)))) }));
  enter(folder, false);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const name = level.names.pop();
    if (name === undefined) {
      levels.pop();
      const { path, remove } = level;
      yield remove && attempt(path, () => dryRun || removeFolder(confined, path)) ? path : undefined;
      continue;
    }
    if (!level.remove && isStagingName(name)) continue;
    const path = joinWirePath(level.path, name);
    const isFolder = lstatSync(nativePath(confined.at(path)), { throwIfNoEntry: false })?.isDirectory() ?? false;
    const kept = isKept(path, isFolder);
    if (kept) for (const above of levels) above.remove = false;
    if (isFolder) enter(path, !kept);
    else if (!kept) yield attempt(path, () => dryRun || unlinkSync(nativePath(confined.at(path)))) ? path : undefined;
  }
  if (failed !== undefined) throw failed;
}

function removeFolder(confined: ConfinedFolder, path: string): void {
  confined.forget(path);
  rmdirSync(nativePath(confined.at(path)));
}
