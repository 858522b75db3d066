import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What has been written below a folder, whatever the names and lengths of the files yet: counted by blocks. */
export function movedBytes(folder) {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true })) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile()) bytes += stat.blocks * 512;
  }
  return bytes;
}
