/** A run of output as the message that carries it, so that it is sent without being copied. */
export interface OutputChunk {
  /** The whole message: length, header, body. */
  readonly message: Uint8Array;
  /** Bytes of output in it. */
  readonly bytes: number;
  /** The memory of the message is free again; not called while a log keeps it. */
  readonly release?: () => void;
}

/** One who follows a log. */
export interface LogReader {
  /** The next chunk; undefined when there is none yet, or no more. */
  next(): OutputChunk | undefined;
  /** Called when there is a chunk, or the end. */
  onMore: () => void;
  isAtEnd(): boolean;
  leave(): void;
}

interface Position {
  /** Number of the next chunk, from the start of the command. */
  next: number;
  unreadBytes: number;
  readonly reader: LogReader;
}

/**
 * The output of a command between the command and those who follow it. With followers the slowest holds the command
 * back once `limitBytes` wait for it. Without, a log that keeps drops its oldest chunks and counts them.
 */
export class OutputLog {
  /** Bytes of output that were dropped as nobody followed. */
  droppedBytes = 0;
  /** Called when a full log has room again. */
  onRoom: () => void = () => {};
  readonly #limitBytes: number;
  readonly #keeps: boolean;
  readonly #chunks: OutputChunk[] = [];
  /** Number of the first chunk that is still here. */
  #first = 0;
  #bytes = 0;
  #ended = false;
  #wasFull = false;
  readonly #positions = new Set<Position>();

  /** `keeps`: what was read stays, as far as the limit goes, for those who come later. */
  constructor(limitBytes: number, keeps: boolean) {
    this.#limitBytes = limitBytes;
    this.#keeps = keeps;
  }

  get isFull(): boolean {
    for (const { unreadBytes } of this.#positions) {
      if (unreadBytes >= this.#limitBytes) {
        this.#wasFull = true;
        return true;
      }
    }
    return false;
  }

  push(chunk: OutputChunk): void {
    if (this.#ended) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes;
    for (const position of this.#positions) position.unreadBytes += chunk.bytes;
    this.#trim();
    for (const { reader } of [...this.#positions]) reader.onMore();
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    for (const { reader } of [...this.#positions]) reader.onMore();
  }

  /** Follows the log from its oldest chunk on. */
  read(): LogReader {
    const reader: LogReader = {
      next: () => this.#take(position),
      onMore: () => {},
      isAtEnd: () => this.#ended && position.next === this.#first + this.#chunks.length,
      leave: () => {
        this.#positions.delete(position);
        this.#trim();
        this.#tellRoom();
      },
    };
    const position: Position = { next: this.#first, unreadBytes: this.#bytes, reader };
    this.#positions.add(position);
    return reader;
  }

  #take(position: Position): OutputChunk | undefined {
    const chunk = this.#chunks[position.next - this.#first];
    if (!chunk) return undefined;
    position.next++;
    position.unreadBytes -= chunk.bytes;
    this.#trim();
    this.#tellRoom();
    // One that goes on being kept must not have its memory used again.
    return this.#keeps ? { message: chunk.message, bytes: chunk.bytes } : chunk;
  }

  #trim(): void {
    const keepBytes = this.#keeps ? this.#limitBytes : 0;
    let slowest = Number.MAX_SAFE_INTEGER;
    for (const { next } of this.#positions) slowest = Math.min(slowest, next);
    while (this.#bytes > keepBytes && this.#first < slowest) {
      const chunk = this.#chunks.shift();
      if (!chunk) return;
      this.#first++;
      this.#bytes -= chunk.bytes;
      if (this.#keeps || this.#positions.size === 0) this.droppedBytes += chunk.bytes;
    }
  }

  #tellRoom(): void {
    if (!this.#wasFull || this.isFull) return;
    this.#wasFull = false;
    this.onRoom();
  }
}
