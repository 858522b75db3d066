import { type BigIntStats, lstatSync, readlinkSync } from "node:fs";
import type { Cancellation, Problem } from "../session/ports.js";
import type { Entry, FolderEntry } from "../wire/entry.js";
import { maxPathDepth, maxPathLength } from "../wire/limits.js";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, printable } from "../wire/wire-path.js";
import { escapeBytes, isByteName, namesIn } from "./byte-name.js";
import type { ConfinedFolder } from "./confined-folder.js";
import { fileError, isMissing } from "./file-error.js";
import type { FileFilter } from "./file-filter.js";
import { isStagingName, sortNames } from "./file-name.js";
import { microseconds } from "./file-time.js";
import { versionOf } from "./file-version.js";

export type Found = Entry | Problem;

const maxBatch = 512;
/** How long the walk may keep the event loop from other work. */
const maxTurnMs = 10;

export interface WalkedTree {
  /** Where the walk begins, below the confined root. */
  readonly start: string;
  /** What the entries' paths begin with; "" gives paths relative to `start`. */
  readonly named: string;
  readonly filter: FileFilter;
  readonly recursive: boolean;
}

export interface WalkOptions extends WalkedTree {
  readonly signal: Cancellation;
}

/** The content of the folder `start`, depth first, each folder before what is in it, without `start` itself. */
export async function* walkFolder(confined: ConfinedFolder, options: WalkOptions): AsyncGenerator<Found[]> {
  let batch: Found[] = [];
  let turnEndsAt = performance.now() + maxTurnMs;
  for (const found of walkNow(confined, options)) {
    if (found !== undefined) batch.push(found);
    const late = performance.now() > turnEndsAt;
    if (batch.length < maxBatch && !late) continue;
    throwIfAborted(options.signal);
    if (batch.length > 0) yield batch;
    batch = [];
    if (!late) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(options.signal);
    turnEndsAt = performance.now() + maxTurnMs;
  }
  throwIfAborted(options.signal);
  if (batch.length > 0) yield batch;
}

/** The same without giving way to other work; gives undefined for what is passed over. */
export function walkNow(confined: ConfinedFolder, tree: WalkedTree): Iterable<Found | undefined> {
  return new Walk(confined, tree).steps();
}

export function throwIfAborted(signal: Cancellation): void {
  if (!signal.aborted) return;
  if (signal.reason instanceof SampanError) throw signal.reason;
  throw new SampanError("E_INTERRUPTED", "the walk through the tree was interrupted", { cause: signal.reason });
}

/** A folder on the way down: its names, and how many of them are done. */
interface Level {
  readonly path: string;
  readonly names: readonly string[];
  next: number;
  /** Its entry, as long as nothing in it has shown that it is to be offered. */
  held: FolderEntry | undefined;
}

class Walk {
  readonly #confined: ConfinedFolder;
  readonly #options: WalkedTree;
  /** Its own stack rather than the language's, which a deep tree would overflow. */
  readonly #levels: Level[] = [];
  #ready: Found[] = [];

  constructor(confined: ConfinedFolder, options: WalkedTree) {
    this.#confined = confined;
    this.#options = options;
  }

  /** Gives undefined for what is passed over, so that the caller can look at the clock. */
  *steps(): Generator<Found | undefined> {
    this.#enter("", undefined);
    yield* this.#taken();
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.names[level.next++];
      if (name === undefined) {
        this.#levels.pop();
        continue;
      }
      this.#visit(level, name);
      if (this.#ready.length === 0) yield undefined;
      else if (this.#ready.length === 1) {
        const [one] = this.#ready;
        this.#ready.length = 0;
        yield one;
      } else yield* this.#taken();
    }
  }

  #taken(): Found[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #visit(level: Level, name: string): void {
    if (isStagingName(name)) return;
    const path = level.path === "" ? name : `${level.path}/${name}`;
    const { filter, named, start } = this.#options;
    try {
      const native = this.#confined.at(joinWirePath(start, path));
      const stat = lstatSync(native, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) return;
      if (stat.isDirectory() ? !filter.entersFolder(path) : !filter.takesFile(path)) return;
      const entryPath = joinWirePath(named, path);
      if (entryPath.length > maxPathLength) throw tooDeep(this.#shown(path));
      const entry = entryOf(stat, entryPath, native, this.#shown(path));
      if (entry.type === "folder") this.#visitFolder(path, entry);
      else this.#give(entry);
    } catch (error) {
      this.#problem(path, error, "look at");
    }
  }

  #visitFolder(path: string, entry: FolderEntry): void {
    if (this.#levels.length >= maxPathDepth) throw tooDeep(this.#shown(path));
    const isOffered = !this.#options.recursive || this.#options.filter.takesEmptyFolder(path);
    if (isOffered) this.#give(entry);
    if (this.#options.recursive) this.#enter(path, isOffered ? undefined : entry);
  }

  /** Offers an entry, after the folders above it that were waiting for one. */
  #give(entry: Entry): void {
    for (const level of this.#levels) {
      if (level.held === undefined) continue;
      this.#ready.push(level.held);
      level.held = undefined;
    }
    this.#ready.push(entry);
  }

  #enter(path: string, held: FolderEntry | undefined): void {
    try {
      this.#levels.push({ path, names: this.#namesIn(path), next: 0, held });
    } catch (error) {
      if (path === "" || !isMissing(error)) this.#problem(path, error, "read the folder");
    }
  }

  /** A name that is not UTF-8 cannot be carried: it is told and left out. */
  #namesIn(path: string): string[] {
    const names = namesIn(this.#confined.folder(joinWirePath(this.#options.start, path)));
    return sortNames(names).filter((name) => !isByteName(name) || this.#refuse(joinWirePath(path, escapeBytes(name))));
  }

  #refuse(path: string): false {
    const shown = this.#shown(path);
    this.#problem(
      path,
      new SampanError("E_UNSAFE_NAME", `the name ${printable(shown)} is not UTF-8; rename it to send it`, {
        path: shown,
      }),
      "",
    );
    return false;
  }

  #problem(path: string, error: unknown, doing: string): void {
    this.#ready.push({
      path: joinWirePath(this.#options.named, path),
      error: fileError(error, doing, this.#shown(path)),
    });
  }

  #shown(path: string): string {
    return this.#confined.show(joinWirePath(this.#options.start, path));
  }
}

function tooDeep(shown: string): SampanError {
  return new SampanError("E_UNSAFE_NAME", `${printable(shown)} lies too deep to be sent`, { path: shown });
}

/** The entry for what a look at `native` showed; E_LOCAL_FILE for a device, socket or pipe. */
export function entryOf(stat: BigIntStats, path: string, native: string, shown: string): Entry {
  const mode = Number(stat.mode) & 0o777;
  const mtime = microseconds(stat.mtimeNs);
  if (stat.isFile()) return { type: "file", path, mode, mtime, bytes: Number(stat.size), version: versionOf(stat) };
  if (stat.isDirectory()) return { type: "folder", path, mode, mtime };
  if (stat.isSymbolicLink()) return { type: "link", path, mode, mtime, target: linkTarget(native, shown) };
  throw new SampanError("E_LOCAL_FILE", `${printable(shown)} is neither file, folder nor link`, { path: shown });
}

function linkTarget(native: string, shown: string): string {
  const bytes = readlinkSync(native, { encoding: "buffer" });
  const target = bytes.toString();
  if (Buffer.from(target).equals(bytes)) return target;
  throw new SampanError("E_UNSAFE_NAME", `the target of the link ${printable(shown)} is not UTF-8`, { path: shown });
}
