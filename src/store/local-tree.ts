import { type BigIntStats, existsSync, mkdirSync, realpathSync, rmdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { SourceTree, TargetOptions, TargetTree } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, printable } from "../wire/wire-path.js";
import { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, fileError } from "./file-error.js";
import { FolderSource } from "./folder-source.js";
import { FolderTarget } from "./folder-target.js";
import { isOwnDestination } from "./transfer-memory.js";

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

/** What is at a destination of this machine as the user named it, behind a link if it is one; undefined if nothing is. */
export function lookAtLocalTarget(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    // Not by throwIfNoEntry: later Nodes take a file in the place of a folder for nothing as well.
    if (errnoOf(error) === "ENOENT") return undefined;
    throw localError(error, "write to", path);
  }
}

/**
 * A folder of this machine as the user named it, to be received into. One that is made for it, and into which nothing
 * comes, is removed again. `bootId` is only given by tests.
 */
export function openLocalTarget(folder: string, options: TargetOptions, bootId?: string): TargetTree {
  let made: string | undefined;
  try {
    if (options.make) made = mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
  const abandoned = () => made !== undefined && removeIfEmpty(folder, made);
  return new FolderTarget(confine(folder, folder, showBelow), "", options, { bootId, abandoned });
}

/** Whether `transfer`, in a run that did not come to its end, has made the folder `path` of this machine as its destination. */
export function isOwnLocalDestination(path: string, transfer: string): boolean {
  const above = dirname(path);
  let confined: ConfinedFolder | undefined;
  try {
    confined = confine(above, above, showBelow);
    return isOwnDestination(confined, transfer, basename(path));
  } catch {
    return false; // a folder that cannot be read holds nothing of ours
  } finally {
    confined?.close();
  }
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

/** Removes `folder` and those above it up to `first`, as far as nothing is in them. */
function removeIfEmpty(folder: string, first: string): void {
  try {
    for (let empty = folder; empty.length >= first.length; empty = dirname(empty)) rmdirSync(empty);
  } catch {
    // something is in it, which is to stay
  }
}

function find(path: string): { real: string; stat: BigIntStats } {
  try {
    const real = realpathSync(path);
    return { real, stat: statSync(real, { bigint: true }) };
  } catch (error) {
    throw localError(error, "read", path);
  }
}

/** Links that the user names are followed: what the system calls too many of them is a circle. */
function localError(error: unknown, doing: string, path: string): SampanError {
  if (errnoOf(error) !== "ELOOP") return fileError(error, doing, path);
  const message = `cannot ${doing} ${printable(path)}: its symbolic links lead round in a circle; mend or remove them`;
  return new SampanError("E_LINK", message, { path, cause: error });
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
