// Folders in which nothing has been moved yet, with the same source: what one contestant left unfinished, wherever it
// keeps that, must not be taken up by the next, and what has been written can be counted without knowing the names.
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param place of a RAM disk, see there @param what the file in its source */
export function freshPlace(place, what) {
  const root = mkdtempSync(join(place.work, "fresh-"));
  const files = join(root, "files");
  const [source, target, work] = [join(files, "source"), join(files, "target"), join(root, "work")];
  for (const folder of [files, source, target, work]) mkdirSync(folder);
  linkSync(join(place.source, what), join(source, what));
  const atFirst = writtenBytes(files);
  return {
    files,
    source,
    target,
    work,
    /** Counted by blocks, as files may have got their length before their bytes. */
    movedBytes: () => writtenBytes(files) - atFirst,
    remove: () => rmSync(root, { recursive: true, maxRetries: 3 }),
  };
}

function writtenBytes(folder) {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true })) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile()) bytes += stat.blocks * 512;
  }
  return bytes;
}
