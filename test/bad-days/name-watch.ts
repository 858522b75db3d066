import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { KiB } from "./content.js";

const pollEveryMs = 1;

/**
 * Looks at names all the time. Whenever another version of a file shows under one of them (another inode, size or time),
 * all of its content is read, and has to be one of those that are allowed there.
 */
export class NameWatch {
  polls = 0;
  /** How many versions were seen under each name. */
  readonly versions = new Map<string, number>();
  readonly #faults: string[] = [];
  readonly #seen = new Map<string, string>();
  #stopped = false;
  readonly #over: Promise<void>;

  /** `allowed`: the digests (SHA-256) of the contents that a name may show. A name may never be missing. */
  constructor(allowed: ReadonlyMap<string, readonly string[]>) {
    this.#over = this.#watch(allowed);
  }

  /** Looks a last time, and gives what was wrong. */
  async stop(): Promise<string[]> {
    this.#stopped = true;
    await this.#over;
    return this.#faults;
  }

  async #watch(allowed: ReadonlyMap<string, readonly string[]>): Promise<void> {
    for (let last = false; !last; ) {
      last = this.#stopped;
      for (const [path, digests] of allowed) await this.#look(path, digests);
      this.polls++;
      if (!last) await pause(pollEveryMs);
    }
  }

  async #look(path: string, digests: readonly string[]): Promise<void> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, "r");
      const { ino, size, mtimeNs } = await file.stat({ bigint: true });
      const version = `${ino} ${size} ${mtimeNs}`;
      if (this.#seen.get(path) === version) return;
      this.#seen.set(path, version);
      this.versions.set(path, (this.versions.get(path) ?? 0) + 1);
      const digest = await digestOfOpen(file);
      if (!digests.includes(digest)) this.#faults.push(`${path} showed ${size} bytes of neither old nor new content`);
    } catch (error) {
      this.#faults.push(`${path} could not be read: ${String(error)}`);
    } finally {
      await file?.close();
    }
  }
}

async function digestOfOpen(file: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(512 * KiB);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
