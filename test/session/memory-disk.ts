import type {
  Existing,
  ExistingFile,
  FinishedEarlier,
  PartFile,
  Problem,
  Store,
  TargetTree,
  WholeFile,
} from "../../src/session/ports.js";
import type { FileEntry, FolderEntry, LinkEntry } from "../../src/wire/entry.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { joinWirePath } from "../../src/wire/wire-path.js";
import { file, folder, link, type MemoryNodes, MemorySource, type MemorySourceOptions } from "./memory-tree.js";

interface Part {
  readonly held: Map<number, Uint8Array>;
  content: Uint8Array;
  locked: boolean;
}

/** A disk in memory: what has its name, what is under way, and what was done to it. */
export class MemoryDisk {
  readonly nodes: MemoryNodes = new Map([["", folder()]]);
  readonly parts = new Map<string, Part>();
  readonly finished = new Map<string, { path: string; version: string; digest: Uint8Array }>();
  /** Each block written, as `path#index`. */
  readonly written: string[] = [];
  openExisting = 0;
  mostOpenExisting = 0;
  /** Thrown at the write of a path that it gives an error for. */
  fault: (path: string) => SampanError | undefined = () => undefined;
  /** Resolves when a block may be written. */
  slowness: () => Promise<void> = async () => {};
  /** Resolves when a file of several blocks may have its name. */
  lastSync: (() => Promise<void>) | undefined;

  constructor(nodes?: MemoryNodes) {
    if (nodes) this.nodes = nodes;
  }

  target(): MemoryTarget {
    return new MemoryTarget(this);
  }
}

export class MemoryTarget implements TargetTree {
  readonly #disk: MemoryDisk;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  look(path: string): Existing | undefined {
    const node = this.#disk.nodes.get(path);
    return node && { type: node.type, bytes: node.content.length, mtime: node.mtime, mode: node.mode };
  }

  finished(path: string, entry: FileEntry): FinishedEarlier | undefined {
    const finished = this.#disk.finished.get(path);
    return finished?.version === entry.version ? { path: finished.path, rootDigest: finished.digest } : undefined;
  }

  isLinkTo(path: string, target: string): boolean {
    return this.#disk.nodes.get(path)?.target === target;
  }

  freeName(path: string, isSame: (there: string) => boolean): string {
    for (let count = 1; ; count++) {
      const name = `${path} (${count})`;
      if (!this.#disk.nodes.has(name) || isSame(name)) return name;
    }
  }

  admitFolder(path: string): void {
    const type = this.#disk.nodes.get(path)?.type ?? "folder";
    if (type !== "folder") throw new SampanError("E_NOT_A_FOLDER", `a ${type} is there`, { path });
  }

  makeFolder(path: string, _entry: FolderEntry): void {
    this.#disk.nodes.set(path, folder());
  }

  makeLink(path: string, entry: LinkEntry): void {
    this.#disk.nodes.set(path, link(entry.target));
  }

  async writeWhole(files: readonly WholeFile[]): Promise<Problem[]> {
    await this.#disk.slowness();
    const problems: Problem[] = [];
    for (const { path, entry, content, rootDigest, offeredAs = path } of files) {
      const error = this.#disk.fault(path);
      if (error?.code === "E_NO_SPACE") throw error;
      this.#disk.written.push(`${path}#0`);
      if (error) problems.push({ path, error });
      else {
        this.#disk.nodes.set(path, { ...file(content.slice(), entry.mtime), mode: entry.mode });
        this.#disk.finished.set(offeredAs, { path, version: entry.version, digest: rootDigest });
      }
    }
    return problems;
  }

  async begin(path: string, entry: FileEntry, offeredAs = path): Promise<PartFile> {
    const disk = this.#disk;
    const key = `${path}@${entry.version}`;
    const part = disk.parts.get(key) ?? {
      held: new Map<number, Uint8Array>(),
      content: new Uint8Array(0),
      locked: false,
    };
    if (part.locked) throw new SampanError("E_BUSY", "another transfer holds it");
    part.locked = true;
    disk.parts.set(key, part);
    let running = 0;
    let idle = () => {};
    return {
      held: new Map(part.held),
      async write(index, content, position, length, digest) {
        running++;
        try {
          await disk.slowness();
          const error = disk.fault(path);
          if (error) throw error;
          if (part.content.length < position + length) part.content = grown(part.content, position + length);
          if (content === "zero") part.content.fill(0, position, position + length);
          else part.content.set(content.subarray(0, length), position);
          part.held.set(index, digest.slice());
          disk.written.push(`${path}#${index}`);
        } finally {
          if (--running === 0) idle();
        }
      },
      async commit(bytes, rootDigest) {
        if (disk.lastSync) await disk.lastSync();
        disk.nodes.set(path, { ...file(grown(part.content, bytes).slice(0, bytes), entry.mtime), mode: entry.mode });
        disk.finished.set(offeredAs, { path, version: entry.version, digest: rootDigest });
        disk.parts.delete(key);
      },
      discard: () => void disk.parts.delete(key),
      async close() {
        if (running > 0) await new Promise<void>((resolve) => (idle = resolve));
        part.locked = false;
      },
    };
  }

  applyMeta(): void {}

  async openExisting(path: string): Promise<ExistingFile> {
    const disk = this.#disk;
    disk.mostOpenExisting = Math.max(disk.mostOpenExisting, ++disk.openExisting);
    return {
      async read(into, position) {
        await disk.slowness();
        const part = disk.nodes.get(path)?.content.subarray(position, position + into.length) ?? into.subarray(0, 0);
        into.set(part);
        return part.length;
      },
      close: () => void disk.openExisting--,
    };
  }

  *removeOthers(place: string, keep: ReadonlySet<string>, _filter?: unknown, dryRun = false): Generator<string> {
    const below = place === "" ? "" : `${place}/`;
    const gone = [...this.#disk.nodes.keys()].filter(
      (path) => path !== "" && path.startsWith(below) && !keep.has(path),
    );
    for (const path of gone) {
      if (!dryRun) this.#disk.nodes.delete(path);
      yield path;
    }
  }

  async finish(): Promise<Problem[]> {
    this.#disk.finished.clear();
    return [];
  }

  close(): void {}
}

/** A disk as a served store; only what transfers need. */
export function memoryStore(disk: MemoryDisk, sourceOptions: MemorySourceOptions = {}): Store {
  const no = () => {
    throw new SampanError("E_BUG", "not in memory");
  };
  const sources: MemorySource[] = [];
  return {
    source(path) {
      if (!disk.nodes.has(path)) throw new SampanError("E_NOT_FOUND", "there is nothing at that path", { path });
      const source = new MemorySource(disk.nodes, path, sourceOptions);
      sources.push(source);
      return source;
    },
    target: () => disk.target(),
    look: (path) => disk.target().look(path),
    isOwnDestination: () => false,
    list: no,
    makeFolder: (path) => void disk.nodes.set(path, folder()),
    remove: no,
    move: no,
  };
}

/** The files below a place by path, as text that can be compared. */
export function shown(disk: MemoryDisk, place = ""): string[] {
  const below = place === "" ? "" : `${place}/`;
  return [...disk.nodes]
    .filter(([path]) => path === place || path.startsWith(below))
    .map(([path, { type, content, target }]) => {
      const inside = type === "file" ? Buffer.from(content).toString("base64").slice(0, 400) + hashOf(content) : target;
      return `${path.slice(path === place ? path.length : below.length)} ${type} ${inside}`;
    })
    .sort();
}

export const at = joinWirePath;

function hashOf(content: Uint8Array): string {
  let hash = content.length;
  for (let place = 0; place < content.length; place++) hash = (Math.imul(hash, 31) + (content[place] as number)) | 0;
  return ` ${content.length} bytes ${hash}`;
}

function grown(content: Uint8Array, length: number): Uint8Array {
  if (content.length >= length) return content;
  const larger = new Uint8Array(length);
  larger.set(content);
  return larger;
}
