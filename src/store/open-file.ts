import { closeSync, fdatasync, fsync, read, readSync, write, writeSync } from "node:fs";
import { DiskPace } from "./disk-pace.js";
import { TurnBudget } from "./turn-budget.js";

/** A block from or to the page cache takes a fraction of this, one from a disk a multiple. */
const fastMs = 3;
/** As much as one sender holds on its way out. Writes need none: they come as fast as the network brings them. */
const readsOfTurn = new TurnBudget(4 * 1024 * 1024);

/** An open file's number that is let go only when the last operation on it is over, lest the number gets another file. */
export class OpenFile {
  readonly #fd: number;
  #running = 0;
  #lastWrite: Promise<void> = Promise.resolve();
  #waitingWrites = 0;
  readonly #readPace: DiskPace;
  readonly #writePace: DiskPace;
  #closing = false;
  #idle: (() => void)[] = [];

  /** An operation that takes less than `quickMs` is better done right here than in the thread pool. */
  constructor(fd: number, quickMs = fastMs) {
    this.#fd = fd;
    this.#readPace = new DiskPace(quickMs);
    this.#writePace = new DiskPace(quickMs);
  }

  /** For what is done with it at once: after the close, which may come at any await, the number may be another file's. */
  get fd(): number {
    if (this.#closing) throw closedError();
    return this.#fd;
  }

  /**
   * The same as `read`, at once, where that is quick: what has just been read then lies in the processor's cache for what
   * is done with it next. Undefined where it is not.
   */
  readNow(into: Uint8Array, position: number): number | undefined {
    if (this.#closing || !readsOfTurn.take(into.length) || !this.#readPace.here()) return undefined;
    const startedMs = performance.now();
    let filled = 0;
    while (filled < into.length) {
      const count = readSync(this.#fd, into, filled, into.length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    this.#readPace.took(performance.now() - startedMs);
    return filled;
  }

  /** Fills `into` from `position` on; resolves to fewer bytes only at the end of the file. */
  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const count = await this.#run<number>((done) =>
        read(this.#fd, into, filled, into.length - filled, position + filled, done),
      );
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** One at a time: writes to one file shut each other out in the kernel, where those that wait burn a processor each. */
  async write(content: Uint8Array, length: number, position: number): Promise<void> {
    if (this.#waitingWrites === 0 && !this.#closing && this.#writePace.here())
      return this.#writeNow(content, length, position);
    this.#waitingWrites++;
    const own = this.#lastWrite.then(() => this.#writeAll(content, length, position));
    this.#lastWrite = own.catch(() => {}).finally(() => this.#waitingWrites--);
    return own;
  }

  #writeNow(content: Uint8Array, length: number, position: number): void {
    const startedMs = performance.now();
    for (let written = 0; written < length; ) {
      written += writeSync(this.#fd, content, written, length - written, position + written);
    }
    this.#writePace.took(performance.now() - startedMs);
  }

  async #writeAll(content: Uint8Array, length: number, position: number): Promise<void> {
    for (let written = 0; written < length; ) {
      written += await this.#run<number>((done) =>
        write(this.#fd, content, written, length - written, position + written, done),
      );
    }
  }

  /** Waits until the content, and with `all` the attributes as well, are on the disk. */
  sync(all: boolean): Promise<void> {
    return this.#run<void>((done) => (all ? fsync(this.#fd, done) : fdatasync(this.#fd, done)));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes no more operations, and closes after those under way. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#running === 0) closeSync(this.#fd);
  }

  #run<T>(start: (done: (error: NodeJS.ErrnoException | null, result?: T) => void) => void): Promise<T> {
    if (this.#closing) return Promise.reject(closedError());
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
    if (this.#closing) closeSync(this.#fd);
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}

/** What the system says of a number that is no open file's. */
export function closedError(): Error {
  return Object.assign(new Error("the file is closed"), { code: "EBADF" });
}
