import { type BigIntStats, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { SourceTree, TargetOptions, TargetTree } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, printable } from "../wire/wire-path.js";
import { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { FolderSource } from "./folder-source.js";
import { FolderTarget } from "./folder-target.js";

/*
 * What goes wrong below is told to the other end as well, which knows a source by its name and a destination not at all:
 * where they lie on this machine is nobody's business there.
 */

/** A file or folder of this machine as the user named it, to be sent. A link that the user names is followed, as scp does. */
export function openLocalSource(path: string): SourceTree {
  const { real, stat } = find(path);
  const name = basename(resolve(path));
  if (stat.isDirectory()) {
    const show = (below: string) => joinWirePath(name, below) || "/";
    return new FolderSource(confine(real, path, show), "", basename(real));
  }
  if (!stat.isFile()) {
    throw new SampanError(
      "E_LOCAL_FILE",
      `${printable(path)} is neither file nor folder; to send what it gives, use - with "<"`,
      { path },
    );
  }
  const confined = confine(dirname(real), dirname(path), () => name);
  return new FolderSource(confined, basename(real), name);
}

/** A folder of this machine as the user named it, to be received into. `bootId` is only given by tests. */
export function openLocalTarget(folder: string, options: TargetOptions, bootId?: string): TargetTree {
  try {
    if (options.make) mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
  return new FolderTarget(confine(folder, folder, showBelow), "", options, bootId);
}

/** The same for a dry run, which only looks: a folder that is not there reads as empty, and is not made. */
export function openLocalTargetToLook(folder: string, options: TargetOptions): TargetTree {
  const missing: string[] = [];
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) {
    missing.unshift(basename(there));
    there = dirname(there);
  }
  return new FolderTarget(confine(there, there, showBelow), missing.join("/"), options);
}

function find(path: string): { real: string; stat: BigIntStats } {
  try {
    const real = realpathSync(path);
    return { real, stat: statSync(real, { bigint: true }) };
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

/** Where the folder itself cannot be opened, only the user is told, who knows it as `typed`. */
function confine(folder: string, typed: string, show: (below: string) => string): ConfinedFolder {
  let isOpen = false;
  const confined = new ConfinedFolder(folder, { show: (below) => (isOpen ? show(below) : typed) });
  isOpen = true;
  return confined;
}

function showBelow(path: string): string {
  return path || "the destination";
}
