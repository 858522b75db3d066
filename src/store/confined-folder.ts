import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { joinWirePath, parentWirePath, printable } from "../wire/wire-path.js";
import { escapeBytes, nativePath } from "./byte-name.js";
import { errnoOf, fileError } from "./file-error.js";
import { checkName } from "./file-name.js";

const openFolderFlags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);
const noFollow = constants.O_NOFOLLOW ?? 0;

/** Folders held open beside the root; enough for the neighbourhood of a walk, far below any limit on open files. */
const maxHeldFolders = 64;

/** Whether a folder held open can be reached again by its number, whatever happens to the names above it. */
const canHold = process.platform === "linux" && existsSync("/proc/self/fd");

/** Where it is reached. By the number of this process, as `self` is a link that would be followed for each file. */
const openFiles = canHold ? `/proc/${readlinkSync("/proc/self")}/fd` : "";

interface HeldFolder {
  readonly fd: number;
  /** Which mount it lies in, once asked for. */
  mount: string | undefined;
}

export interface ConfinedFolderOptions {
  /** How a wire path below the root is named in messages: as the peer or the user knows it. */
  readonly show: (path: string) => string;
  /** Only for tests: false checks names as where nothing can be held. */
  readonly hold?: boolean;
}

/**
 * A folder out of which no path leads. The root is reached as the user named it; below it no link is followed.
 *
 * On Linux each folder is opened from the one above it with O_NOFOLLOW and held, and a file is reached as
 * `/proc/self/fd/N/name`: swapping a folder for a link after the check changes nothing, as the check is the opening.
 * Elsewhere Node offers no such thing: each part is looked at right before use, and somebody who may write in the tree
 * can win the race between look and use (SECURITY says so).
 *
 * The path that `at` returns is good until the second next call, and never across an await, as the folder may be let go.
 */
export class ConfinedFolder {
  readonly #root: string;
  readonly #rootFd: number;
  readonly #holds: boolean;
  readonly #held = new Map<string, HeldFolder>();
  #lastFolder: string | undefined;
  #lastPrefix = "";
  #closed = false;
  #rootMount: string | undefined;
  readonly show: (path: string) => string;

  constructor(nativeRoot: string, options: ConfinedFolderOptions) {
    this.show = (path) => escapeBytes(options.show(path));
    this.#holds = canHold && options.hold !== false;
    try {
      this.#root = realpathSync(nativeRoot);
      if (!statSync(this.#root).isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
      this.#rootFd = this.#holds ? openSync(this.#root, openFolderFlags) : -1;
    } catch (error) {
      throw fileError(error, "open", this.show(""));
    }
  }

  /** The native path of what is at the wire path `path`; of a name that is not UTF-8, what `nativePath` takes. */
  at(path: string): string {
    if (path === "") return `${this.#prefixOf("")}.`;
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? "" : path.slice(0, slash);
    const name = slash < 0 ? path : path.slice(slash + 1);
    checkName(name, path);
    return this.#prefixOf(folder) + name;
  }

  /** What is at `path`, a link itself; undefined if nothing is. E_LINK if a link is on the way. */
  look(path: string): BigIntStats | undefined {
    try {
      return lstatSync(this.at(path), { bigint: true, throwIfNoEntry: false });
    } catch (error) {
      const code = errnoOf(error);
      if (code === "E_NOT_FOUND" || code === "E_NOT_A_FOLDER" || code === "ENOTDIR") return undefined;
      throw fileError(error, "look at", this.show(path));
    }
  }

  /** The native path of the folder `path` itself, which is neither a link nor reached through one. */
  folder(path: string): string {
    return `${this.#prefixOf(path)}.`;
  }

  /** A number of its own for the folder, which the caller closes; good across an await. */
  openFolder(path: string): number {
    const native = this.folder(path);
    try {
      return openSync(native, openFolderFlags);
    } catch (error) {
      throw fileError(error, "open the folder", this.show(path));
    }
  }

  /** The whole content of the file at `path`, which must not be a link. Throws as the system does. */
  readFile(path: string): Buffer {
    const fd = openSync(this.at(path), constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0));
    try {
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** Equal for two folders if a file can be renamed from one to the other. */
  mountOf(path: string): string {
    if (!this.#holds) return String(statSync(this.folder(path)).dev);
    if (path === "") {
      this.#rootMount ??= mountOfOpen(this.#rootFd);
      return this.#rootMount;
    }
    const held = this.#hold(path);
    held.mount ??= mountOfOpen(held.fd);
    return held.mount;
  }

  /** Makes the folder `path` and those above it that are missing; returns those made. */
  makeFolders(path: string): string[] {
    const made: string[] = [];
    let folder = "";
    for (const part of path === "" ? [] : path.split("/")) {
      folder = joinWirePath(folder, part);
      try {
        mkdirSync(this.at(folder));
        made.push(folder);
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") throw fileError(error, "make the folder", this.show(folder));
      }
    }
    if (path !== "") this.#prefixOf(path);
    return made;
  }

  /** Lets go of `path` and what is below it, when it is removed or moved. */
  forget(path: string): void {
    for (const [held, { fd }] of this.#held) {
      if (held !== path && !held.startsWith(`${path}/`)) continue;
      closeSync(fd);
      this.#held.delete(held);
    }
    this.#lastFolder = undefined;
  }

  close(): void {
    for (const { fd } of this.#held.values()) closeSync(fd);
    this.#held.clear();
    this.#lastFolder = undefined;
    if (this.#rootFd >= 0 && !this.#closed) closeSync(this.#rootFd);
    this.#closed = true;
  }

  /** What stands in front of a name in the folder `path`. */
  #prefixOf(path: string): string {
    if (path === this.#lastFolder) return this.#lastPrefix;
    if (this.#closed) throw new SampanError("E_BUG", "a folder is used after it was closed");
    if (!this.#holds) return this.#checkEachPart(path);
    const fd = path === "" ? this.#rootFd : this.#hold(path).fd;
    this.#lastPrefix = `${openFiles}/${fd}/`;
    this.#lastFolder = path;
    return this.#lastPrefix;
  }

  /** The folder `path`, opened part by part from the nearest one that is held. Throws away the oldest first. */
  #hold(path: string): HeldFolder {
    const found = this.#held.get(path);
    if (found !== undefined) {
      this.#held.delete(path);
      this.#held.set(path, found);
      return found;
    }
    this.#trim();
    let above = parentWirePath(path);
    while (above !== "" && !this.#held.has(above)) above = parentWirePath(above);
    let held = this.#held.get(above);
    let folder = above;
    for (const part of path.slice(above === "" ? 0 : above.length + 1).split("/")) {
      checkName(part, path);
      folder = joinWirePath(folder, part);
      held = { fd: this.#openBelow(held?.fd ?? this.#rootFd, part, folder), mount: undefined };
      this.#held.set(folder, held);
    }
    return held as HeldFolder;
  }

  #trim(): void {
    for (const [path, { fd }] of this.#held) {
      if (this.#held.size <= maxHeldFolders) return;
      closeSync(fd);
      this.#held.delete(path);
      if (path === this.#lastFolder) this.#lastFolder = undefined;
    }
  }

  #openBelow(fd: number, name: string, path: string): number {
    const native = nativePath(`${openFiles}/${fd}/${name}`);
    try {
      return openSync(native, openFolderFlags | noFollow);
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOTDIR" || code === "ELOOP") throw this.#notAFolder(native, path);
      throw fileError(error, "open the folder", this.show(path));
    }
  }

  #notAFolder(native: string | Buffer, path: string): SampanError {
    const shown = this.show(path);
    const isLink = lstatSync(native, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (isLink)
      return new SampanError("E_LINK", `${printable(shown)} is a symbolic link, which is not followed`, {
        path: shown,
      });
    return new SampanError("E_NOT_A_FOLDER", `${printable(shown)} is not a folder`, { path: shown });
  }

  #checkEachPart(path: string): string {
    let native = this.#root.endsWith("/") ? this.#root : `${this.#root}/`;
    if (path === "") return native;
    let wire = "";
    for (const part of path.split("/")) {
      wire = wire === "" ? part : `${wire}/${part}`;
      checkName(part, path);
      native += part;
      const stat = lstatSync(nativePath(native), { throwIfNoEntry: false });
      if (stat === undefined) throw fileError({ code: "ENOENT" }, "open the folder", this.show(wire));
      if (!stat.isDirectory()) throw this.#notAFolder(nativePath(native), wire);
      native += "/";
    }
    return native;
  }
}

/** Bind mounts share a device number and still refuse a rename, so the kernel's number of the mount is asked for. */
function mountOfOpen(fd: number): string {
  const line = /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"));
  return line?.[1] ?? String(statSync(`/proc/self/fd/${fd}`).dev);
}
