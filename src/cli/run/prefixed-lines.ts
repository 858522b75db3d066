import { Writable } from "node:stream";
import { writeOn } from "./local-output.js";

const newline = 0x0a;
/** A line that goes on for longer is cut, so that one without an end does not fill the memory. */
const maxLineBytes = 64 * 1024;

/** Writes whole lines to `out`, each with a prefix, so that several commands can write to one place. */
export class PrefixedLines extends Writable {
  readonly #out: Writable;
  readonly #prefix: Buffer;
  #line: Buffer[] = [];
  #lineBytes = 0;

  constructor(out: Writable, prefix: string) {
    super({ highWaterMark: 256 * 1024 });
    this.#out = out;
    this.#prefix = Buffer.from(prefix);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const pieces: Buffer[] = [];
    let at = 0;
    while (at < chunk.length) {
      const found = chunk.indexOf(newline, at);
      const end = found < 0 ? chunk.length : found + 1;
      const piece = chunk.subarray(at, end);
      // What stays for the next write is copied: the chunk's memory is its giver's again when this one is done.
      this.#add(found < 0 ? Buffer.from(piece) : piece);
      if (found >= 0 || this.#lineBytes >= maxLineBytes) this.#take(pieces);
      at = end;
    }
    if (pieces.length === 0) done();
    else writeOn(this.#out, Buffer.concat(pieces), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    const pieces: Buffer[] = [];
    this.#take(pieces);
    if (pieces.length === 0) done();
    else writeOn(this.#out, Buffer.concat(pieces), done);
  }

  #add(piece: Buffer): void {
    this.#line.push(piece);
    this.#lineBytes += piece.length;
  }

  /** Moves the line that was gathered to `pieces`, ended if it was not. */
  #take(pieces: Buffer[]): void {
    if (this.#lineBytes === 0) return;
    const last = this.#line.at(-1);
    pieces.push(this.#prefix, ...this.#line);
    if (last?.at(-1) !== newline) pieces.push(Buffer.of(newline));
    this.#line = [];
    this.#lineBytes = 0;
  }
}

const colors = [36, 33, 32, 35, 34, 91, 96, 93] as const;

/** `name | `, all of one width, each in a colour of its own where colours are wanted. */
export function linePrefix(name: string, index: number, width: number, color: boolean): string {
  const text = `${name.padEnd(width)} |`;
  return color ? `\x1b[${colors[index % colors.length]}m${text}\x1b[0m ` : `${text} `;
}
