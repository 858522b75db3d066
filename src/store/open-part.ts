import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync } from "node:fs";
import { blockOffset } from "../wire/blocks.js";
import type { FileEntry } from "../wire/entry.js";
import { parentWirePath } from "../wire/wire-path.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { errnoOf, isMissing } from "./file-error.js";
import { Journal, type JournalSubject, type ParsedJournal, parseJournal } from "./journal.js";
import { FolderPartFile, type PartNames, type PartOwner } from "./part-file.js";
import { lockName, takeLock } from "./part-lock.js";
import { hexName, type StagingFolder } from "./staging-folder.js";

const noFollow = constants.O_NOFOLLOW ?? 0;

/** Takes up the part of `path` (below the confined root) that an earlier run has left, or begins one. */
export function openPart(owner: PartOwner, path: string, entry: FileEntry): FolderPartFile {
  const { confined, staging } = owner;
  const names = namesOf(staging, path, entry);
  takeLock(confined, staging, names.ofPath, path);
  try {
    removeOtherVersions(staging, parentWirePath(path), names);
    return openLocked(owner, path, entry, names);
  } catch (error) {
    staging.remove(names.lock());
    throw error;
  }
}

function namesOf(staging: StagingFolder, path: string, entry: FileEntry): PartNames {
  const folder = parentWirePath(path);
  const ofPath = hexName(path, 16);
  const ofVersion = `${ofPath}-${hexName(`${entry.version}\n${entry.bytes ?? ""}`, 16)}`;
  const named = (name: string) => () => staging.prefixFor(folder) + name;
  return {
    ofPath,
    ofVersion,
    lock: named(lockName(ofPath)),
    part: named(`${ofVersion}.part`),
    journal: named(`${ofVersion}.journal`),
  };
}

/** What was kept for a version of this path that is no longer offered is of no use. */
function removeOtherVersions(staging: StagingFolder, folder: string, names: PartNames): void {
  for (const name of staging.namesFor(folder)) {
    if (!name.startsWith(`${names.ofPath}-`) || name.startsWith(`${names.ofVersion}.`) || name.endsWith(".lock"))
      continue;
    staging.remove(staging.prefixFor(folder) + name);
  }
}

function openLocked(owner: PartOwner, path: string, entry: FileEntry, names: PartNames): FolderPartFile {
  const { confined, staging, bootId } = owner;
  const subject: JournalSubject = { path, version: entry.version, bytes: entry.bytes, digest: owner.digestName };
  const kept = entry.version === "" ? undefined : readKept(confined, names, subject, bootId);
  if (kept === undefined) {
    staging.remove(names.journal());
    staging.remove(names.part());
  }
  const partFd = kept?.partFd ?? staging.create(path, names.part, constants.O_RDWR).fd;
  let journal: Journal | undefined;
  try {
    const held = kept?.journal.held ?? new Map<number, Uint8Array>();
    journal = openJournal(owner, path, names, subject, kept?.journal);
    // What lies behind the last block that counts is of no use, and in its place zeros need not be looked for.
    const cleanFrom = Math.min(heldEnd(held), entry.bytes ?? fstatSync(partFd).size);
    if (kept !== undefined) ftruncateSync(partFd, cleanFrom);
    if (entry.bytes !== undefined) ftruncateSync(partFd, entry.bytes);
    return new FolderPartFile(owner, path, entry, names, partFd, journal, held, cleanFrom);
  } catch (error) {
    closeSync(partFd);
    journal?.close();
    if (kept === undefined) {
      staging.remove(names.journal());
      staging.remove(names.part());
    }
    throw error;
  }
}

/** The part and journal of an earlier run, if they fit each other and the file that is offered. */
function readKept(
  confined: ConfinedFolder,
  names: PartNames,
  subject: JournalSubject,
  bootId: string,
): { partFd: number; journal: ParsedJournal } | undefined {
  let partFd: number | undefined;
  try {
    const bytes = confined.readFile(names.journal());
    const journal = parseJournal(bytes, subject, bootId);
    if (journal === undefined || journal.held.size === 0) return undefined;
    partFd = openKeptPart(confined.at(names.part()));
    if (partFd === undefined) return undefined;
    const stat = fstatSync(partFd);
    if (stat.isFile() && stat.size >= neededLength(journal, subject.bytes)) return { partFd, journal };
  } catch (error) {
    if (partFd !== undefined) closeSync(partFd);
    if (isMissing(error)) return undefined;
    throw error;
  }
  closeSync(partFd);
  return undefined;
}

/**
 * A run that was killed at its very end has given the part the mode of the file, which may forbid its owner to write, and
 * even to read: then nobody can open it, and it is begun anew.
 */
function openKeptPart(native: string): number | undefined {
  try {
    return openSync(native, constants.O_RDWR | noFollow);
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  try {
    const fd = openSync(native, constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0));
    try {
      fchmodSync(fd, 0o600);
    } finally {
      closeSync(fd);
    }
    return openSync(native, constants.O_RDWR | noFollow);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

function isForbidden(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(errnoOf(error) ?? "");
}

/** The last block of a stream, whose length nobody knows, has a byte at least. */
function neededLength({ held }: ParsedJournal, bytes: number | undefined): number {
  return bytes === undefined ? blockOffset(lastOf(held)) + 1 : Math.min(heldEnd(held), bytes);
}

function heldEnd(held: ReadonlyMap<number, Uint8Array>): number {
  return blockOffset(lastOf(held) + 1);
}

function lastOf(held: ReadonlyMap<number, Uint8Array>): number {
  let last = -1;
  for (const number of held.keys()) last = Math.max(last, number);
  return last;
}

function openJournal(
  owner: PartOwner,
  path: string,
  names: PartNames,
  subject: JournalSubject,
  kept: ParsedJournal | undefined,
): Journal {
  const { staging, confined, bootId } = owner;
  const journal =
    kept === undefined
      ? new Journal(staging.create(path, names.journal, constants.O_RDWR).fd)
      : new Journal(openSync(confined.at(names.journal()), constants.O_RDWR | noFollow), kept.end, kept.syncedEnd);
  try {
    if (kept?.isCurrent) journal.cutTail();
    else journal.begin(subject, bootId, kept?.held ?? new Map());
    return journal;
  } catch (error) {
    journal.close();
    throw error;
  }
}
