import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ConfinedFolder } from "./confined-folder.js";
import { fileError, isMissing } from "./file-error.js";

/*
 * The record of files that one transfer has finished, so that its next run need not read them again to tell their
 * digests. Lines of JSON, added to and never changed:
 *
 *   { "sampan": "finished", "format": 1, "digest": "blake3", "boot": boot id }
 *   [path, version, bytes, root digest in hex, mtime in microseconds, path as offered if that was taken]
 *
 * A last line that was cut off is ignored. A record of another boot does not count at all: what it tells of need not
 * have reached the disk before a power cut.
 */

export interface FinishedFile {
  readonly path: string;
  readonly version: string;
  readonly bytes: number;
  readonly rootDigest: Uint8Array;
  readonly mtime: number;
  /** The path for which it was offered, where that was taken. */
  readonly offeredAs?: string | undefined;
}

const flags = constants.O_RDWR | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

export class FinishedRecord {
  readonly #confined: ConfinedFolder;
  readonly #pathOf: () => string | undefined;
  readonly #header: string;
  #fd: number | undefined;
  #files: Map<string, FinishedFile> | undefined;

  /** `pathOf` gives the record's path, or undefined where there is no place to keep one. */
  constructor(confined: ConfinedFolder, pathOf: () => string | undefined, digestName: string, bootId: string) {
    this.#confined = confined;
    this.#pathOf = pathOf;
    this.#header = `${JSON.stringify({ sampan: "finished", format: 1, digest: digestName, boot: bootId })}\n`;
  }

  /** Whether earlier runs have finished nothing. */
  get isEmpty(): boolean {
    this.#files ??= this.#load();
    return this.#files.size === 0;
  }

  /** What earlier runs have finished of what was offered for `path`. */
  find(path: string): FinishedFile | undefined {
    this.#files ??= this.#load();
    return this.#files.get(path);
  }

  /** Adds all in one write. A record that cannot be written costs only time at the next run, so that is no error. */
  add(files: readonly FinishedFile[]): void {
    if (files.length === 0) return;
    const lines = files.map(
      ({ path, version, bytes, rootDigest: { buffer, byteOffset, length }, mtime, offeredAs }) => {
        const hex = Buffer.from(buffer, byteOffset, length).toString("hex");
        const line = [path, version, bytes, hex, mtime];
        return `${JSON.stringify(offeredAs === undefined ? line : [...line, offeredAs])}\n`;
      },
    );
    try {
      this.#fd ??= this.#open();
      if (this.#fd !== undefined) writeSync(this.#fd, lines.join(""));
    } catch (error) {
      this.close();
      void error;
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #load(): Map<string, FinishedFile> {
    const path = this.#pathOf();
    if (path === undefined) return new Map();
    try {
      const text = this.#confined.readFile(path).toString();
      return text.startsWith(this.#header) ? parseLines(text.slice(this.#header.length)) : new Map();
    } catch (error) {
      if (isMissing(error)) return new Map();
      throw fileError(error, "read", this.#confined.show(path));
    }
  }

  #open(): number | undefined {
    const path = this.#pathOf();
    if (path === undefined) return undefined;
    const fd = openSync(this.#confined.at(path), flags | constants.O_CREAT, 0o600);
    try {
      this.#continue(fd);
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Begins the record, or takes away a last line that was cut off. */
  #continue(fd: number): void {
    const text = readFileSync(fd, "utf8");
    if (!text.startsWith(this.#header)) {
      ftruncateSync(fd, 0);
      writeSync(fd, this.#header);
    } else if (!text.endsWith("\n")) {
      ftruncateSync(fd, fstatSync(fd).size - Buffer.byteLength(text.slice(text.lastIndexOf("\n") + 1)));
    }
  }
}

/** Only whole lines count; of two about one path, the later. */
export function parseLines(text: string): Map<string, FinishedFile> {
  const files = new Map<string, FinishedFile>();
  const lines = text.split("\n");
  lines.pop();
  for (const line of lines) {
    const file = parseLine(line);
    if (file !== undefined) files.set(file.offeredAs ?? file.path, file);
  }
  return files;
}

function parseLine(line: string): FinishedFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [path, version, bytes, hex, mtime, offeredAs] = value as unknown[];
  if (typeof path !== "string" || typeof version !== "string" || typeof bytes !== "number" || typeof mtime !== "number")
    return undefined;
  if (typeof hex !== "string" || !/^[0-9a-f]{64}$/.test(hex)) return undefined;
  if (offeredAs !== undefined && typeof offeredAs !== "string") return undefined;
  return { path, version, bytes, rootDigest: new Uint8Array(Buffer.from(hex, "hex")), mtime, offeredAs };
}
