import type { Writable } from "node:stream";
import type { Existing, ExistingFile, PartFile, Problem, TargetTree, WholeFile } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { fileError } from "./file-error.js";

const shown = "the output stream";
/** Zeros are written in pieces of this length. */
const zeros = new Uint8Array(256 * 1024);

/** A stream as a target: it takes one file, from its beginning to its end. */
export function streamTarget(writable: Writable): TargetTree {
  return new StreamTarget(writable);
}

class StreamTarget implements TargetTree {
  readonly #out: StreamOut;
  #isTaken = false;

  constructor(writable: Writable) {
    this.#out = new StreamOut(writable);
  }

  look(): Existing | undefined {
    return undefined;
  }

  finished(): undefined {
    return undefined;
  }

  isLinkTo(): boolean {
    return false;
  }

  freeName(path: string): string {
    return path;
  }

  admitFolder(): void {
    throw folderToStream();
  }

  makeFolder(): void {
    throw folderToStream();
  }

  makeLink(): void {
    throw new SampanError("E_LINK", "a symbolic link cannot be written to a stream");
  }

  async writeWhole(files: readonly WholeFile[]): Promise<Problem[]> {
    for (const { path, content } of files) {
      this.#take(path);
      await this.#out.write(content, 0, content.length);
    }
    return [];
  }

  async begin(path: string): Promise<PartFile> {
    this.#take(path);
    return new StreamPart(this.#out);
  }

  applyMeta(): void {}

  async openExisting(): Promise<ExistingFile> {
    throw new SampanError("E_NOT_FOUND", "a stream holds no file that could be compared");
  }

  removeOthers(): string[] {
    return [];
  }

  async finish(): Promise<Problem[]> {
    await this.#out.drained();
    return [];
  }

  close(): void {}

  /** A file with a path below its source is one of a folder, whether or not the sender has offered that. */
  #take(path: string): void {
    if (path !== "") throw folderToStream();
    if (this.#isTaken)
      throw new SampanError("E_USAGE", "a stream takes one file only; name a folder to receive several");
    this.#isTaken = true;
  }
}

function folderToStream(): SampanError {
  return new SampanError("E_NOT_A_FOLDER", "a folder cannot be written to a stream; name a folder to receive it into");
}

class StreamPart implements PartFile {
  readonly held: ReadonlyMap<number, Uint8Array> = new Map();
  readonly #out: StreamOut;

  constructor(out: StreamOut) {
    this.#out = out;
  }

  write(_index: number, content: Uint8Array | "zero", position: number, length: number): Promise<void> {
    return this.#out.write(content, position, length);
  }

  async commit(bytes: number): Promise<void> {
    await this.#out.drained();
    if (this.#out.position !== bytes)
      throw new SampanError("E_BUG", `${this.#out.position} of ${bytes} bytes were written to the stream`);
  }

  discard(): void {}

  async close(): Promise<void> {}
}

/** Writes in order, each write after the one before it has been taken. */
class StreamOut {
  readonly #writable: Writable;
  position = 0;
  #asked = 0;
  #last: Promise<void> = Promise.resolve();
  #failed: unknown;

  constructor(writable: Writable) {
    this.#writable = writable;
    writable.on("error", (error) => {
      this.#failed ??= error;
    });
  }

  write(content: Uint8Array | "zero", position: number, length: number): Promise<void> {
    if (position !== this.#asked)
      return Promise.reject(
        new SampanError("E_DIGEST", `byte ${position} comes out of order: a block before it was damaged`),
      );
    this.#asked += length;
    const writing = this.#last.then(() => this.#write(content, length));
    this.#last = writing;
    writing.catch(() => undefined);
    return writing;
  }

  drained(): Promise<void> {
    return this.#last;
  }

  async #write(content: Uint8Array | "zero", length: number): Promise<void> {
    for (let at = 0; at < length; ) {
      const piece = content === "zero" ? zeros.subarray(0, length - at) : content.subarray(at, length);
      await this.#writePiece(piece);
      at += piece.length;
      this.position += piece.length;
    }
  }

  /** The callback comes when the bytes are taken, so that the caller may use its buffer again. */
  #writePiece(piece: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(fileError(this.#failed, "write to", shown));
        return;
      }
      this.#writable.write(piece, (error) => (error ? reject(fileError(error, "write to", shown)) : resolve()));
    });
  }
}
