import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileError } from "../store/file-error.js";
import { OpenFile } from "../store/open-file.js";

const chunkBytes = 64 * 1024;
const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/**
 * Holds what a command writes until its length is known: in memory up to a measure, beyond it in a temporary file, which
 * has lost its name before the first byte is in it, so that nothing stays behind whatever happens.
 */
export class OutputSpool {
  readonly #maxMemoryBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #file: OpenFile | undefined;
  #fileBytes = 0;

  constructor(maxMemoryBytes = 2 ** 20) {
    this.#maxMemoryBytes = maxMemoryBytes;
  }

  get bytes(): number {
    return this.#fileBytes + this.#heldBytes;
  }

  /** Whether it has outgrown memory. */
  get isOnDisk(): boolean {
    return this.#file !== undefined;
  }

  /** Takes `chunk`, which must not change afterwards; fulfilled when there is room for the next. */
  async write(chunk: Buffer): Promise<void> {
    if (chunk.length === 0) return;
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#maxMemoryBytes) await this.#flush();
  }

  /** All of it, in order; each chunk is good until the next is asked for. */
  async *chunks(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, this.#fileBytes));
    for (let at = 0; at < this.#fileBytes; ) {
      const count = await this.#read(buffer.subarray(0, Math.min(buffer.length, this.#fileBytes - at)), at);
      yield buffer.subarray(0, count);
      at += count;
    }
    yield* this.#held;
  }

  close(): void {
    this.#file?.close();
    this.#held = [];
    this.#heldBytes = 0;
  }

  async #read(into: Buffer, at: number): Promise<number> {
    try {
      return await (this.#file as OpenFile).read(into, at);
    } catch (error) {
      throw fileError(error, "read", "the temporary file of a command's output");
    }
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    try {
      this.#file ??= new OpenFile(openNameless());
      await this.#file.write(bytes, bytes.length, this.#fileBytes);
      this.#fileBytes += bytes.length;
    } catch (error) {
      throw fileError(error, "write", "the temporary file of a command's output");
    }
  }
}

function openNameless(): number {
  const path = join(tmpdir(), `sampan-output-${randomBytes(8).toString("hex")}`);
  const fd = openSync(path, createFlags, 0o600);
  try {
    unlinkSync(path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}
