import type { Cancellation, Problem, SourceFile, SourceTree } from "../../src/session/ports.js";
import type { Entry, FileEntry } from "../../src/wire/entry.js";
import { SampanError } from "../../src/wire/sampan-error.js";

/** One thing in a tree that exists in memory only. */
export interface MemoryNode {
  readonly type: "file" | "folder" | "link";
  readonly content: Uint8Array;
  readonly target: string;
  readonly mode: number;
  readonly mtime: number;
}

/** By path below the root; "" is the root itself. */
export type MemoryNodes = Map<string, MemoryNode>;

const noBytes = new Uint8Array(0);

export function file(content: Uint8Array, mtime = 1_700_000_000_000_001): MemoryNode {
  return { type: "file", content, target: "", mode: 0o644, mtime };
}

export function folder(): MemoryNode {
  return { type: "folder", content: noBytes, target: "", mode: 0o755, mtime: 1_600_000_000_000_000 };
}

export function link(target: string): MemoryNode {
  return { type: "link", content: noBytes, target, mode: 0o777, mtime: 1_500_000_000_000_000 };
}

export interface MemorySourceOptions {
  /** The file at "" is offered without a length, as from a pipe. */
  readonly stream?: boolean;
  /** Entries in a batch of the walk. */
  readonly batch?: number;
  readonly problems?: readonly Problem[];
  /** Awaited before each batch. */
  readonly pause?: () => Promise<void>;
}

/** What lies below `root` in `nodes`, to be sent. The nodes may change while it is: versions tell. */
export class MemorySource implements SourceTree {
  readonly #nodes: MemoryNodes;
  readonly #root: string;
  readonly #options: MemorySourceOptions;
  openFiles = 0;
  mostOpenFiles = 0;
  closed = false;

  constructor(nodes: MemoryNodes, root = "", options: MemorySourceOptions = {}) {
    this.#nodes = nodes;
    this.#root = root;
    this.#options = options;
  }

  async *walk(_filter: readonly unknown[], signal: Cancellation): AsyncGenerator<(Entry | Problem)[]> {
    const { batch = 100, problems = [] } = this.#options;
    const below = this.#root === "" ? "" : `${this.#root}/`;
    const paths = [...this.#nodes.keys()].filter((path) => path === this.#root || path.startsWith(below));
    const entries = paths
      .sort()
      .map((path) => this.#entry(path, path.slice(path === this.#root ? path.length : below.length)));
    for (let at = 0; at < entries.length; at += batch) {
      await this.#options.pause?.();
      if (signal.aborted) return;
      yield entries.slice(at, at + batch);
    }
    if (problems.length === 0) return;
    await this.#options.pause?.();
    yield [...problems];
  }

  #entry(full: string, path: string): Entry {
    const { type, mode, mtime, target, content } = this.#nodes.get(full) as MemoryNode;
    if (type === "folder") return { type, path, mode, mtime };
    if (type === "link") return { type, path, mode, mtime, target };
    const bytes = this.#options.stream ? undefined : content.length;
    return { type, path, mode, mtime, bytes, version: versionOf(this.#nodes.get(full)) };
  }

  readSmall(entry: FileEntry, into: Uint8Array, at: number): number {
    const { content } = this.#unchanged(entry);
    into.set(content, at);
    return content.length;
  }

  async open(entry: FileEntry): Promise<SourceFile> {
    const { content } = this.#unchanged(entry);
    this.mostOpenFiles = Math.max(this.mostOpenFiles, ++this.openFiles);
    let open = true;
    return {
      read: async (into, position) => {
        if (!open) throw new SampanError("E_BUG", "a read from a file that is closed");
        await Promise.resolve();
        const part = content.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      check: async () => void this.#unchanged(entry),
      close: () => {
        if (!open) return;
        open = false;
        this.openFiles--;
      },
    };
  }

  close(): void {
    this.closed = true;
  }

  #unchanged(entry: FileEntry): MemoryNode {
    const full = [this.#root, entry.path].filter((part) => part !== "").join("/");
    const now = this.#nodes.get(full);
    if (now && versionOf(now) === entry.version) return now;
    throw new SampanError("E_SOURCE_CHANGED", "it was changed", { path: entry.path });
  }
}

const versions = new WeakMap<MemoryNode, string>();
let lastVersion = 0;

function versionOf(node: MemoryNode | undefined): string {
  if (!node) return "";
  const known = versions.get(node) ?? `v${++lastVersion}`;
  versions.set(node, known);
  return known;
}
