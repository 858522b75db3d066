import { type BigIntStats, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { SourceTree, TargetOptions, TargetTree } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { FolderSource } from "./folder-source.js";
import { FolderTarget } from "./folder-target.js";

/** A file or folder of this machine as the user named it, to be sent. A link that the user names is followed, as scp does. */
export function openLocalSource(path: string): SourceTree {
  const { real, stat } = find(path);
  if (stat.isDirectory())
    return new FolderSource(new ConfinedFolder(real, { show: showBelow(path) }), "", basename(real));
  if (!stat.isFile()) {
    throw new SampanError(
      "E_LOCAL_FILE",
      `${printable(path)} is neither file nor folder; to send what it gives, use - with "<"`,
      { path },
    );
  }
  const confined = new ConfinedFolder(dirname(real), { show: () => path });
  return new FolderSource(confined, basename(real), basename(resolve(path)));
}

/** A folder of this machine as the user named it, to be received into. `bootId` is only given by tests. */
export function openLocalTarget(folder: string, options: TargetOptions, bootId?: string): TargetTree {
  try {
    if (options.make) mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
  return new FolderTarget(new ConfinedFolder(folder, { show: showBelow(folder) }), "", options, bootId);
}

/** The same for a dry run, which only looks: a folder that is not there reads as empty, and is not made. */
export function openLocalTargetToLook(folder: string, options: TargetOptions): TargetTree {
  const missing: string[] = [];
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) {
    missing.unshift(basename(there));
    there = dirname(there);
  }
  return new FolderTarget(new ConfinedFolder(there, { show: showBelow(there) }), missing.join("/"), options);
}

function find(path: string): { real: string; stat: BigIntStats } {
  try {
    const real = realpathSync(path);
    return { real, stat: statSync(real, { bigint: true }) };
  } catch (error) {
    throw fileError(error, "read", path);
  }
}

function showBelow(folder: string): (path: string) => string {
  return (path) => (path === "" ? folder : join(folder, path));
}
