import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, openSync } from "node:fs";
import { fileError } from "../store/file-error.js";
import { sourceChanged, versionOf } from "../store/file-version.js";
import { OpenFile } from "../store/open-file.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";

const chunkBytes = 128 * 1024;

/**
 * A file on its way out: open from the first look at it to the last byte, so that both are of the same file whatever
 * happens to its name. The tutorials' headers want the MD5 before the bytes, so it is read twice.
 */
export class OutgoingFile {
  readonly bytes: number;
  readonly #name: string;
  readonly #file: OpenFile;
  readonly #version: string;
  #md5: string | undefined;

  /** Takes over `fd`. E_NOT_A_FOLDER for a folder, E_LOCAL_FILE for a device and the like. */
  constructor(fd: number, name: string) {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) {
      closeSync(fd);
      throw notAFile(stat, name);
    }
    this.#name = name;
    this.#file = new OpenFile(fd);
    this.#version = versionOf(stat);
    this.bytes = Number(stat.size);
  }

  /** A file of this machine, named by its user. */
  static at(path: string): OutgoingFile {
    try {
      return new OutgoingFile(openSync(path, "r"), path);
    } catch (error) {
      throw fileError(error, "open", path);
    }
  }

  /** The MD5 in hexadecimal, which `sendTo` then holds the bytes to. */
  async md5(): Promise<string> {
    const hash = createHash("md5");
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, this.bytes)));
    for (let at = 0; at < this.bytes; ) at += await this.#read(buffer, at, (chunk) => hash.update(chunk));
    this.#md5 = hash.digest("hex");
    return this.#md5;
  }

  /**
   * Sends exactly the bytes that the header has declared. If the file is no longer what it was, E_SOURCE_CHANGED
   * before the last chunk: the peer must not take for whole what is a mixture.
   */
  async sendTo(connection: Connection, onBytes: (done: number) => void = () => {}): Promise<void> {
    const hash = createHash("md5");
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(1, this.bytes)));
    for (let at = 0; at < this.bytes; ) {
      let chunk: Buffer = buffer;
      const count = await this.#read(buffer, at, (filled) => {
        chunk = filled;
      });
      if (this.#md5 !== undefined) hash.update(chunk);
      if (at + count === this.bytes) this.#check(this.#md5 === undefined ? undefined : hash.digest("hex"));
      await connection.send(chunk);
      at += count;
      onBytes(at);
    }
  }

  close(): void {
    this.#file.close();
  }

  /** Reads the chunk at `at`, whole: a file that has become shorter is a changed one. */
  async #read(buffer: Buffer, at: number, take: (chunk: Buffer) => void): Promise<number> {
    const wanted = Math.min(buffer.length, this.bytes - at);
    const chunk = buffer.subarray(0, wanted);
    let count: number;
    try {
      count = await this.#file.read(chunk, at);
    } catch (error) {
      throw fileError(error, "read", this.#name);
    }
    if (count < wanted) throw this.#changed(fstatSync(this.#file.fd, { bigint: true }));
    take(chunk);
    return count;
  }

  #check(md5: string | undefined): void {
    const now = fstatSync(this.#file.fd, { bigint: true });
    // Removing or renaming the file changes its times, but not its content.
    const same = md5 === undefined ? versionOf(now) === this.#version : md5 === this.#md5;
    if (!same || Number(now.size) !== this.bytes) throw this.#changed(now);
  }

  #changed(now: BigIntStats): SampanError {
    const entry = {
      type: "file",
      path: this.#name,
      bytes: this.bytes,
      mode: 0,
      mtime: 0,
      version: this.#version,
    } as const;
    return sourceChanged(entry, now, this.#name);
  }
}

function notAFile(stat: BigIntStats, name: string): SampanError {
  if (stat.isDirectory())
    return new SampanError("E_NOT_A_FOLDER", `${printable(name)} is a folder, not a file`, { path: name });
  return new SampanError("E_LOCAL_FILE", `${printable(name)} is not a plain file`, { path: name });
}
