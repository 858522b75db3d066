import { closeSync, fdatasync, fsync, read, write } from "node:fs";

/** An open file's number that is let go only when the last operation on it is over, lest the number gets another file. */
export class OpenFile {
  readonly fd: number;
  #running = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Fills `into` from `position` on; resolves to fewer bytes only at the end of the file. */
  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const count = await this.#run<number>((done) =>
        read(this.fd, into, filled, into.length - filled, position + filled, done),
      );
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** One at a time: writes to one file shut each other out in the kernel, where those that wait burn a processor each. */
  write(content: Uint8Array, length: number, position: number): Promise<void> {
    const before = this.#lastWrite;
    const own = before.then(() => this.#writeAll(content, length, position));
    this.#lastWrite = own.catch(() => {});
    return own;
  }

  async #writeAll(content: Uint8Array, length: number, position: number): Promise<void> {
    for (let written = 0; written < length; ) {
      written += await this.#run<number>((done) =>
        write(this.fd, content, written, length - written, position + written, done),
      );
    }
  }

  /** Waits until the content, and with `all` the attributes as well, are on the disk. */
  sync(all: boolean): Promise<void> {
    return this.#run<void>((done) => (all ? fsync(this.fd, done) : fdatasync(this.fd, done)));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more operations, and closes after those under way. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#running === 0) closeSync(this.fd);
  }

  #run<T>(start: (done: (error: NodeJS.ErrnoException | null, result?: T) => void) => void): Promise<T> {
    if (this.#closing) return Promise.reject(Object.assign(new Error("the file is closed"), { code: "EBADF" }));
    this.#running++;
    return new Promise((resolve, reject) => {
      start((error, result) => {
        this.#finished();
        if (error) reject(error);
        else resolve(result as T);
      });
    });
  }

  #finished(): void {
    if (--this.#running > 0) return;
    if (this.#closing) closeSync(this.fd);
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
