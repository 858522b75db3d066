import { maxOpenSources } from "../../wire/limits.js";
import type { SourceFile } from "../ports.js";

/** What can be opened, and opened again. */
export interface Openable {
  /** Whether it can be read only once, from its beginning to its end: it stays open until it is closed. */
  readonly isStream: boolean;
  openSource(): Promise<SourceFile>;
}

interface OpenSource {
  readonly opened: Promise<SourceFile>;
  /** What that has resolved to. */
  file: SourceFile | undefined;
  uses: number;
}

/** The files of a sending half that are open: at most so many, whatever is asked of how many. */
export class OpenFiles {
  /** The one that was used least recently comes first. */
  readonly #open = new Map<Openable, OpenSource>();
  #waiting: (() => void)[] = [];

  /** Opens the file where it is not open, waiting for room, and keeps it open at least until `work` is done. */
  async use<Result>(file: Openable, work: (opened: SourceFile) => Promise<Result>): Promise<Result> {
    while (!this.#open.has(file) && !this.#makeRoomFor(file)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const source = this.#open.get(file) ?? this.#begin(file);
    this.#open.delete(file);
    this.#open.set(file, source);
    source.uses++;
    try {
      return await work(await source.opened);
    } finally {
      source.uses--;
      this.#wake();
    }
  }

  /** Lets go of a file, as soon as it is open. */
  close(file: Openable): void {
    const source = this.#open.get(file);
    if (!source) return;
    this.#open.delete(file);
    // At once if that can be: what is opened in its place must not come before.
    if (source.file) source.file.close();
    else source.opened.then((opened) => opened.close()).catch(() => {});
    this.#wake();
  }

  #begin(file: Openable): OpenSource {
    const source: OpenSource = { opened: file.openSource(), file: undefined, uses: 0 };
    source.opened.then(
      (opened) => {
        source.file = opened;
      },
      () => {
        if (this.#open.get(file) === source) this.#open.delete(file);
      },
    );
    return source;
  }

  #makeRoomFor({ isStream }: Openable): boolean {
    if (isStream || this.#open.size < maxOpenSources) return true;
    for (const [file, { uses }] of this.#open) {
      if (uses > 0 || file.isStream) continue;
      this.close(file);
      return true;
    }
    return false;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
