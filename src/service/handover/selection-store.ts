import fs from "node:fs";
import path from "node:path";
import type { Cancellation, Existing, Problem, SourceTree, Store, TargetTree } from "../../session/ports.js";
import { FolderStore } from "../../store/folder-store.js";
import type { Entry } from "../../wire/entry.js";
import { maxSources } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";

interface Selected {
  readonly store: FolderStore;
  /** The name in the folder that `store` serves. */
  readonly base: string;
}

/** Files and folders from anywhere on this machine, side by side in one folder that can only be read. */
export class SelectionStore implements Store {
  readonly #selected = new Map<string, Selected>();

  /** E_NOT_FOUND for a path where nothing is, E_USAGE for too many. */
  constructor(paths: readonly string[]) {
    if (paths.length > maxSources)
      throw new SampanError("E_USAGE", `at most ${maxSources} paths can be handed over at once`);
    for (const given of paths) {
      const absolute = fs.realpathSync(existing(given));
      const base = path.basename(absolute);
      if (base === "")
        throw new SampanError("E_USAGE", "the root of the file system cannot be handed over; name folders in it");
      // The name is the one typed, even where a link leads elsewhere.
      const name = this.#freeName(path.basename(path.resolve(given)) || base);
      this.#selected.set(name, { store: new FolderStore(path.dirname(absolute)), base });
    }
  }

  /** The names side by side, in the order given. */
  get names(): string[] {
    return [...this.#selected.keys()];
  }

  source(wirePath: string): SourceTree {
    const { store, inner } = this.#find(wirePath);
    return store.source(inner);
  }

  isOwnDestination(): boolean {
    return false;
  }

  look(wirePath: string): Existing | undefined {
    if (wirePath === "") return { type: "folder", bytes: 0, mtime: 0, mode: 0o755 };
    const found = this.#lookUp(wirePath);
    return found?.store.look(found.inner);
  }

  async *list(
    wirePath: string,
    recursive: boolean,
    signal: Cancellation,
  ): AsyncGenerator<readonly (Entry | Problem)[]> {
    if (wirePath !== "") return yield* this.#listOne(wirePath, recursive, signal);
    for (const name of this.#selected.keys()) {
      yield await this.#entryOf(name, signal);
      if (recursive && this.look(name)?.type === "folder") yield* this.#listOne(name, true, signal);
    }
  }

  target(): TargetTree {
    throw readOnly();
  }

  makeFolder(): void {
    throw readOnly();
  }

  async remove(): Promise<void> {
    throw readOnly();
  }

  async move(): Promise<void> {
    throw readOnly();
  }

  async #entryOf(name: string, signal: Cancellation): Promise<(Entry | Problem)[]> {
    const found = this.look(name);
    if (found?.type === "folder") return [{ type: "folder", path: name, mode: found.mode, mtime: found.mtime }];
    for await (const batch of this.#listOne(name, false, signal)) return [...batch];
    return [];
  }

  async *#listOne(
    wirePath: string,
    recursive: boolean,
    signal: Cancellation,
  ): AsyncGenerator<readonly (Entry | Problem)[]> {
    const { store, inner, name, base } = this.#find(wirePath);
    for await (const batch of store.list(inner, recursive, signal)) {
      yield batch.map((item) => ({ ...item, path: name + item.path.slice(base.length) }));
    }
  }

  #lookUp(wirePath: string) {
    const [name = "", ...rest] = wirePath.split("/");
    const selected = this.#selected.get(name);
    return selected && { ...selected, name, inner: [selected.base, ...rest].join("/") };
  }

  #find(wirePath: string) {
    const found = this.#lookUp(wirePath);
    if (found === undefined) throw new SampanError("E_NOT_FOUND", "this was not handed over", { path: wirePath });
    return found;
  }

  #freeName(name: string): string {
    if (!this.#selected.has(name)) return name;
    const { name: stem, ext } = path.parse(name);
    for (let count = 2; ; count++) {
      const next = `${stem} (${count})${ext}`;
      if (!this.#selected.has(next)) return next;
    }
  }
}

function existing(given: string): string {
  if (fs.existsSync(given)) return given;
  throw new SampanError("E_NOT_FOUND", `there is nothing at ${given}`, { path: given });
}

function readOnly(): SampanError {
  return new SampanError("E_RIGHTS", "what is handed over can only be fetched");
}
