import type { BigIntStats } from "node:fs";
import type { FileEntry } from "../wire/entry.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";

/** Says which content a file has: device, inode, size, and times of the last change of content and of attributes. */
export function versionOf(stat: BigIntStats): string {
  return `${stat.dev.toString(16)}-${stat.ino.toString(16)}-${stat.size.toString(16)}-${stat.mtimeNs.toString(16)}-${stat.ctimeNs.toString(16)}`;
}

/** The error that a file is no longer as it was offered. */
export function sourceChanged(entry: FileEntry, now: BigIntStats | undefined, shown: string): SampanError {
  const what = changeOf(entry, now);
  return new SampanError(
    "E_SOURCE_CHANGED",
    `${printable(shown)} ${what} while it was sent; run the same command again to send it as it is now`,
    { path: shown },
  );
}

function changeOf(entry: FileEntry, now: BigIntStats | undefined): string {
  if (now === undefined) return "is gone: it was removed or renamed";
  const [dev, ino] = entry.version.split("-");
  if (!now.isFile() || now.dev.toString(16) !== dev || now.ino.toString(16) !== ino) return "was replaced";
  const bytes = Number(now.size);
  if (entry.bytes !== undefined && bytes > entry.bytes) return `grew from ${entry.bytes} to ${bytes} bytes`;
  if (entry.bytes !== undefined && bytes < entry.bytes) return `shrank from ${entry.bytes} to ${bytes} bytes`;
  return "was changed";
}
