import fs from "node:fs";
import net from "node:net";
import tty from "node:tty";
import { SampanError } from "../wire/sampan-error.js";
import { LentBuffers } from "./lent-buffers.js";

/** What reads an input. The bytes of a chunk stay as they are until `release` is called. */
export interface InputReader {
  chunk(bytes: Uint8Array, release: () => void): void;
  end(): void;
  fail(error: SampanError): void;
}

/** Standard input, read in chunks no faster than is asked for. Nothing is read before the first `resume`. */
export interface PipeInput {
  /** Nobody may go on typing when the peer has gone. */
  readonly isTerminal: boolean;
  read(reader: InputReader): void;
  resume(): void;
  pause(): void;
}

/** What is behind a file descriptor, in chunks of at most `chunkBytes`. */
export function pipeInput(fd: number, chunkBytes: number): PipeInput {
  if (tty.isatty(fd)) return new TypedInput(chunkBytes);
  const stats = fs.fstatSync(fd);
  if (stats.isFile() || stats.isCharacterDevice()) return new FileInput(fd, chunkBytes);
  return process.platform === "win32" ? new TypedInput(chunkBytes) : new SocketInput(fd, chunkBytes);
}

abstract class Input implements PipeInput {
  readonly isTerminal: boolean = false;
  protected reader: InputReader | undefined;
  protected paused = true;

  read(reader: InputReader): void {
    this.reader = reader;
  }

  abstract resume(): void;

  pause(): void {
    this.paused = true;
  }

  protected fail(error: NodeJS.ErrnoException): void {
    const why = error.code ?? error.message;
    this.reader?.fail(new SampanError("E_LOCAL_FILE", `cannot read standard input (${why})`, { cause: error }));
  }
}

/** A file, /dev/null and the like: read by position, one chunk after another. */
class FileInput extends Input {
  readonly #fd: number;
  readonly #buffers: LentBuffers;
  #reading = false;
  #ended = false;

  constructor(fd: number, chunkBytes: number) {
    super();
    this.#fd = fd;
    this.#buffers = new LentBuffers(chunkBytes);
  }

  resume(): void {
    this.paused = false;
    if (!this.#reading && !this.#ended) this.#next();
  }

  #next(): void {
    const buffer = this.#buffers.take();
    this.#reading = true;
    fs.read(this.#fd, buffer, 0, buffer.length, null, (error, count) => {
      this.#reading = false;
      this.#ended = error !== null || count === 0;
      if (error) return this.fail(error);
      if (count === 0) return this.reader?.end();
      this.reader?.chunk(buffer.subarray(0, count), () => this.#buffers.give(buffer));
      if (!this.paused) this.#next();
    });
  }
}

/** A pipe or socket: each read goes into the next free buffer, without a copy. */
class SocketInput extends Input {
  readonly #fd: number;
  readonly #buffers: LentBuffers;
  #socket: net.Socket | undefined;

  constructor(fd: number, chunkBytes: number) {
    super();
    this.#fd = fd;
    this.#buffers = new LentBuffers(chunkBytes);
  }

  resume(): void {
    this.paused = false;
    this.#socket ??= this.#open();
    this.#socket.resume();
  }

  override pause(): void {
    this.paused = true;
    this.#socket?.pause();
  }

  #open(): net.Socket {
    const onread = {
      buffer: () => this.#buffers.take(),
      callback: (count: number, buffer: Uint8Array) => {
        this.reader?.chunk(buffer.subarray(0, count), () => this.#buffers.give(buffer));
        return !this.paused;
      },
    };
    // The constructor takes `onread` as `connect` does, though the documentation is silent about it.
    const options = { fd: this.#fd, readable: true, writable: false, onread };
    return new net.Socket(options).on("end", () => this.reader?.end()).on("error", (error) => this.fail(error));
  }
}

/** A terminal, or whatever Node makes of standard input elsewhere. */
class TypedInput extends Input {
  override readonly isTerminal = process.stdin.isTTY;
  readonly #chunkBytes: number;

  constructor(chunkBytes: number) {
    super();
    this.#chunkBytes = chunkBytes;
  }

  override read(reader: InputReader): void {
    super.read(reader);
    // Else the first ear for data would make it flow.
    process.stdin.pause();
    process.stdin
      .on("data", (bytes: Buffer) => {
        for (let at = 0; at < bytes.length; at += this.#chunkBytes) {
          reader.chunk(bytes.subarray(at, at + this.#chunkBytes), () => {});
        }
      })
      .on("end", () => reader.end())
      .on("error", (error) => this.fail(error));
  }

  resume(): void {
    this.paused = false;
    process.stdin.resume();
  }

  override pause(): void {
    this.paused = true;
    process.stdin.pause();
  }
}
