import { existsSync, watch } from "node:fs";
import { join } from "node:path";

/** Resolves when there is a file of that name in the folder. */
export function watchFor(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => look());
    const look = () => {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    };
    look();
  });
}
