import type { Entry, FileEntry, FolderEntry, LinkEntry } from "../wire/entry.js";
import type { FilterRule } from "../wire/filter.js";
import type { SampanError } from "../wire/sampan-error.js";

/*
 * What the conversations need from the world. The outer folders give these: `transport` the link and the clock,
 * `store` the trees. Everything below is called from one thread; a promise may be given wherever it is asked for.
 */

/** A running timer. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds of a clock that never goes back; only differences mean anything. */
  nowMs(): number;
  after(delayMs: number, action: () => void): Timer;
}

/** The part of AbortSignal that sessions use; the platform's own fits. */
export interface Cancellation {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** One end of a connection: bytes in order, none lost, until it closes. */
export interface Link {
  /**
   * Queues bytes for the peer. They must not change until `sent` is called, which says that the link is done with the
   * buffer (not that the peer has it). After a close `sent` is called as well.
   */
  send(bytes: Uint8Array, sent?: () => void): void;
  /** How long the network took to answer when the connection was made, where that is known. */
  readonly roundTripMs?: number | undefined;
  /** Bytes queued and not yet taken by the system. */
  readonly queuedBytes: number;
  /** Stops and restarts the flow of `onBytes`; a little may still come after `pause`. */
  pause(): void;
  resume(): void;
  /** Says that nothing more will be sent, lets the peer read what is under way, and then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Called with each chunk, which is valid during the call only. */
  onBytes: (chunk: Uint8Array) => void;
  /** Asked, where the link can, for the place of the next bytes. */
  roomForBytes?: () => Uint8Array | undefined;
  /** Called, instead of `onBytes`, when the next bytes were put at the beginning of that place: how many. */
  onRoomFilled?: (count: number) => void;
  /** Called once when the connection is over, with the error if there was one. */
  onClose: (error: SampanError | undefined) => void;
}

/** A digest algorithm of the two that hello knows. */
export interface DigestAlgorithm {
  readonly name: "blake3" | "sha256";
  /** The 32-byte digest of `bytes`. */
  hash(bytes: Uint8Array): Uint8Array;
}

/** Something in a tree that could not be read or written; the rest goes on. */
export interface Problem {
  /** Wire path relative to the source or destination. */
  readonly path: string;
  readonly error: SampanError;
}

// ---------------------------------------------------------------------------------------------------------------
// The sending side

/** A tree, or single file, that can be sent. */
export interface SourceTree {
  /**
   * Walks depth first, each folder before its content, names in the order of their UTF-8 bytes, and gives what it
   * found in batches (an entry for the source itself first, with path ""). What cannot be read is a problem,
   * not an end. Never follows a link, never leaves the tree, passes over what the filter leaves out, over the
   * staging folder, and over what is neither file, folder nor link (a problem each).
   */
  walk(filter: readonly FilterRule[], signal: Cancellation): AsyncIterable<readonly (Entry | Problem)[]>;
  /**
   * Reads a whole small file into `into` at `at` (room for `entry.bytes` is there) and returns its length. Synchronous,
   * as thousands are read in a row. Throws E_SOURCE_CHANGED unless the file, after the read, still is the version offered.
   */
  readSmall(entry: FileEntry, into: Uint8Array, at: number): number;
  /** Opens a file that is sent in blocks. Throws E_SOURCE_CHANGED if it is not the version offered. */
  open(entry: FileEntry): Promise<SourceFile>;
  /** Lets go of what the walk held open. */
  close(): void;
}

export interface SourceFile {
  /** Fills `into` from `position` on; resolves to fewer bytes only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** The same at once, where it costs less than to wait for it; undefined where it does not. */
  readNow?(into: Uint8Array, position: number): number | undefined;
  /** Throws E_SOURCE_CHANGED unless the path still names this file and nobody has changed it since it was offered. */
  check(): Promise<void>;
  close(): void;
}

// ---------------------------------------------------------------------------------------------------------------
// The receiving side

/** What to do with a file that is there already and is not the same. */
export type ExistingPolicy = "overwrite" | "rename" | "skip";

/** What is at a path of the destination now. */
export interface Existing {
  readonly type: "file" | "folder" | "link" | "other";
  readonly bytes: number;
  readonly mtime: number;
  readonly mode: number;
}

/** A small file that has arrived whole and was found to have the right digest. */
export interface WholeFile {
  /** Path below the destination root. */
  readonly path: string;
  readonly entry: FileEntry;
  readonly content: Uint8Array;
  /** The digest of the file, for the record of what is finished. */
  readonly rootDigest: Uint8Array;
  /** The path for which it was offered, where that was taken. */
  readonly offeredAs?: string | undefined;
}

/** A file that an earlier run of a transfer has finished, and that is still that version. */
export interface FinishedEarlier {
  /** Where it lies: as it was offered, or beside what had that name. */
  readonly path: string;
  readonly rootDigest: Uint8Array;
}

/**
 * A folder into which a tree is received. All paths are wire paths below its root. No method ever follows a link
 * below the root, writes outside of it, or leaves anything but whole old or whole new content under a real name.
 * Path trouble is thrown as E_LINK, E_UNSAFE_NAME, E_NOT_A_FOLDER, E_LOCAL_FILE; a full disk as E_NO_SPACE.
 */
export interface TargetTree {
  /** What is at `path`; undefined if nothing is. Does not follow a link. */
  look(path: string): Existing | undefined;
  /** What an earlier run of this transfer has finished of the file that is offered for `path`. */
  finished(path: string, entry: FileEntry): FinishedEarlier | undefined;
  /** Whether a link to `target` is at `path`. */
  isLinkTo(path: string, target: string): boolean;
  /** The first of `name (1).ext`, `name (2).ext` … that is free, or of which `isSame` says that it is there already. */
  freeName(path: string, isSame: (there: string) => boolean): string;
  /** Throws what ends the transfer unless a source that is a folder may come to lie at `path`. */
  admitFolder(path: string): void;
  makeFolder(path: string, entry: FolderEntry): void;
  /** Makes the link, in place of a file or link of that name; E_LINK if it leads out of the tree and that is not allowed. */
  makeLink(path: string, entry: LinkEntry): void;
  /**
   * Puts small files under their names: each is written to a temporary file, the batch is synced, each is renamed.
   * Resolves to the problems, one for each file that failed; the others are in place. E_NO_SPACE is thrown.
   */
  writeWhole(files: readonly WholeFile[]): Promise<Problem[]>;
  /**
   * Takes up or begins a file of several blocks (or a stream). Throws E_BUSY if another transfer holds it.
   * `offeredAs`: the path for which it was offered, where that was taken.
   */
  begin(path: string, entry: FileEntry, offeredAs?: string): Promise<PartFile>;
  /** Applies mode and mtime of an entry to what is at `path` already, for a file found to be the same. */
  applyMeta(path: string, entry: FileEntry): void;
  /** Reads blocks of the file that is at `path` now (for --checksum). */
  openExisting(path: string): Promise<ExistingFile>;
  /**
   * Removes what is below `folder`, not in `keep`, and not left out by the filter (paths below `folder`), deepest first.
   * Gives each path as it is removed, or with `dryRun` as it would be, to be shown: a name that is not UTF-8 stands in it
   * with escapes. Goes on after what cannot be removed, and throws the first such error last.
   */
  removeOthers(
    folder: string,
    keep: ReadonlySet<string>,
    filter?: readonly FilterRule[],
    dryRun?: boolean,
  ): Iterable<string>;
  /**
   * After the last file: modes and mtimes of folders, deepest first, their sync, and the end of the staging folder
   * and of the record of finished files. Resolves to the problems.
   */
  finish(): Promise<Problem[]>;
  /**
   * Lets go of everything and keeps what has arrived, so that the next run can go on from there. `isOver`: both ends know
   * that all is there, and the same transfer again would be a new one.
   */
  close(isOver?: boolean): void;
}

/** A file under way: blocks lie in a temporary file, the journal says which. */
export interface PartFile {
  /** Digests of the blocks that are safely down, from an earlier run, by block number; empty at a first run. */
  readonly held: ReadonlyMap<number, Uint8Array>;
  /** Writes a block at its place, then notes it in the journal. `zero`: all bytes are zero, a hole is left. */
  write(
    index: number,
    content: Uint8Array | "zero",
    position: number,
    length: number,
    digest: Uint8Array,
  ): Promise<void>;
  /**
   * Syncs, sets length, mode and mtime, renames to the real name, records `rootDigest` as finished, forgets the journal.
   */
  commit(bytes: number, rootDigest: Uint8Array): Promise<void>;
  /** Throws away what has arrived. */
  discard(): void;
  /** Keeps what has arrived, with its journal, for the next run. Waits for writes under way. */
  close(): Promise<void>;
}

export interface ExistingFile {
  read(into: Uint8Array, position: number): Promise<number>;
  close(): void;
}

// ---------------------------------------------------------------------------------------------------------------
// The place where a server's files live

/** A listing's entry. */
export type ListedEntry = Entry;

export interface Store {
  /** Opens `path` for sending, as one source. E_NOT_FOUND if nothing is there, E_LINK if a link is on the way. */
  source(path: string): SourceTree;
  /**
   * Opens the folder `path` for receiving; it is made if it is not there and `make` says so.
   * `transfer` names the transfer, so that its next run finds what the first left.
   */
  target(path: string, options: TargetOptions): TargetTree;
  look(path: string): Existing | undefined;
  /** Whether an earlier run of this transfer, which did not come to its end, has made the folder `path` as its destination. */
  isOwnDestination(path: string, transfer: string): boolean;
  /** Entries in a folder (with `recursive`, of the tree below it), or the one entry of a file; paths from the store's root. */
  list(path: string, recursive: boolean, signal: Cancellation): AsyncIterable<readonly (Entry | Problem)[]>;
  makeFolder(path: string, parents: boolean): void;
  /** Removes a file or link, or with `recursive` a tree (never through a link). */
  remove(path: string, recursive: boolean): Promise<void>;
  /** Renames; E_EXISTS if `to` is there, unless `overwrite` and both are files. E_LINK if a link would then lead out. */
  move(from: string, to: string, overwrite: boolean): Promise<void>;
}

export interface TargetOptions {
  readonly transfer: string;
  readonly make: boolean;
  /** Nothing was at this path, below the target, when the transfer first began: a folder that is made there is its own. */
  readonly newDestination?: string | undefined;
  /** Allow symbolic links that lead out of the tree. */
  readonly anyLinks: boolean;
  /** The tree out of which no link may lead, a path below the target; without it, the target itself. */
  readonly linksWithin?: string | undefined;
  /** Sync to disk before a name is given. */
  readonly sync: boolean;
  /** With which a file's root digest is made of its block digests; the record of finished files holds it. */
  readonly digest: DigestAlgorithm;
}
