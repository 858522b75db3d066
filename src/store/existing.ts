import type { BigIntStats } from "node:fs";
import type { Existing } from "../session/ports.js";
import { microseconds } from "./file-time.js";

/** What a look at a path has shown, as the conversations know it. */
export function existingOf(stat: BigIntStats): Existing {
  const type = stat.isFile() ? "file" : stat.isDirectory() ? "folder" : stat.isSymbolicLink() ? "link" : "other";
  return { type, bytes: Number(stat.size), mtime: microseconds(stat.mtimeNs), mode: Number(stat.mode) & 0o777 };
}
