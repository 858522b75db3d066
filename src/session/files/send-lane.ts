import { blockLength, blockOffset } from "../../wire/blocks.js";
import type { JsonObject } from "../../wire/field.js";
import { digestBytes, sameBytes, toHex } from "../../wire/hex.js";
import { blockBytes, maxFileBytes, maxParts, maxQueuedAskBytes, maxQueuedAsks } from "../../wire/limits.js";
import { writeHeaderBefore } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { BufferPool, headroomBytes } from "../buffer-pool.js";
import type { Channel } from "../channel.js";
import type { DigestAlgorithm, SourceFile } from "../ports.js";
import { Wakeup } from "../wakeup.js";
import type { SentFile } from "./sent-file.js";
import type { Throttle } from "./throttle.js";
import type { Want } from "./transfer-message.js";

/** Messages that are read, or on their way out, at once: one is sent while the next is read. */
const maxBuffersOut = 4;
/** All connections together hold so many, as long as each has two. */
const sharedBuffersOut = 32;

interface Ask {
  readonly file: SentFile;
  next: number;
  readonly end: number;
  readonly first: number;
  readonly have: Uint8Array | undefined;
  /** To be told whether it differs from what the receiver has, no more. */
  readonly look: boolean;
}

interface Block {
  readonly file: SentFile;
  readonly index: number;
  readonly have: Uint8Array | undefined;
  readonly look: boolean;
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly read: Promise<BlockRead>;
}

interface BlockRead {
  readonly bytes: number;
  /** It was there at once: nothing is gained by reading the next one early. */
  readonly atOnce: boolean;
}

const nothingRead: BlockRead = { bytes: 0, atOnce: false };

export interface SendLaneHost {
  readonly digest: DigestAlgorithm;
  readonly throttle: Throttle | undefined;
  /** Connections among which the work is shared. */
  laneCount(): number;
  /** Content bytes that go out now. */
  sent(bytes: number): void;
  failed(file: SentFile, error: SampanError): void;
  streamEnded(file: SentFile, bytes: number): void;
  crashed(error: SampanError): void;
}

/** One connection's worth of sending: blocks that were asked for on it, in the order in which they were asked. */
export class SendLane {
  readonly channel: Channel;
  readonly #host: SendLaneHost;
  readonly #pool = new BufferPool(headroomBytes + blockBytes, maxBuffersOut);
  readonly #asks: Ask[] = [];
  readonly #wakeup = new Wakeup();
  #parts: (readonly (number | string)[])[] = [];
  #buffersOut = 0;
  #haveBytes = 0;
  #stopped = false;

  constructor(channel: Channel, host: SendLaneHost) {
    this.channel = channel;
    this.#host = host;
    this.#pump().catch((thrown) => host.crashed(toSampanError(thrown)));
  }

  /** E_TOO_LARGE when more is asked than an honest receiver asks at once. */
  ask(file: SentFile, { first, count, have, look }: Omit<Want, "id">): void {
    this.#haveBytes += have?.length ?? 0;
    if (this.#asks.length >= maxQueuedAsks || this.#haveBytes > maxQueuedAskBytes) {
      throw new SampanError("E_TOO_LARGE", "more was asked for at once than the sender keeps in mind");
    }
    this.#asks.push({ file, next: first, end: first + count, first, have, look });
    this.#wakeup.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wakeup.wake();
  }

  async #pump(): Promise<void> {
    let ahead: Block | undefined;
    while (!this.#stopped) {
      const block = ahead ?? this.#nextBlock();
      ahead = undefined;
      if (block) {
        const { bytes, atOnce } = await block.read.catch(() => nothingRead);
        if (bytes < block.length) block.file.atEnd = true;
        // The next read runs in the thread pool while this block is hashed and sealed.
        if (!atOnce) ahead = this.#nextBlock();
        await this.#sendBlock(block);
      } else if (this.#isFull || this.#asks.length === 0) {
        this.#flushParts();
        await this.#wakeup.wait();
      } else await this.#sendPack();
    }
  }

  /** Starts to read the next block of a large file; undefined if none is next or too much is under way. */
  #nextBlock(): Block | undefined {
    const ask = this.#currentAsk();
    if (!ask || ask.file.isSmall || this.#isFull) return undefined;
    const { file } = ask;
    const index = ask.next++;
    const length = blockLength(index, file.bytes ?? maxFileBytes);
    const at = index - ask.first;
    const buffer = this.#takeBuffer(headroomBytes + length);
    const into = buffer.subarray(headroomBytes, headroomBytes + length);
    const read = file.whileOpen((opened) => readBlock(opened, into, blockOffset(index)));
    read.catch(() => {});
    const have = ask.have?.subarray(at * digestBytes, (at + 1) * digestBytes);
    return { file, index, have, look: ask.look, buffer, length, read };
  }

  #currentAsk(): Ask | undefined {
    for (;;) {
      const ask = this.#asks[0];
      if (!ask) return undefined;
      if (ask.next < ask.end && !ask.file.isOver && !ask.file.atEnd) return ask;
      this.#asks.shift();
      this.#haveBytes -= ask.have?.length ?? 0;
    }
  }

  async #sendBlock(block: Block): Promise<void> {
    const { file, index, buffer } = block;
    let length = 0;
    try {
      ({ bytes: length } = await block.read);
      if (length < block.length && file.entry.bytes !== undefined) throw shorter(file);
    } catch (thrown) {
      this.#give(buffer);
      if (!file.isOver) this.#host.failed(file, toSampanError(thrown));
      return;
    }
    if (length === 0 || file.isOver) this.#give(buffer);
    else await this.#sendContent(block, length);
    // A stream is over when a read comes back short: said after its last block.
    if (length < block.length && file.bytes === undefined) {
      this.#flushParts();
      this.#host.streamEnded(file, blockOffset(index) + length);
    }
  }

  async #sendContent({ file, index, buffer, have, look }: Block, length: number): Promise<void> {
    const content = buffer.subarray(headroomBytes, headroomBytes + length);
    const zero = isZero(content);
    const digest = this.#host.digest.hash(content);
    file.note(index, digest);
    const part = [file.id, index, length, toHex(digest)];
    // Zeros that are there already are to stay, and not to be written again.
    const word = compared(have, digest, look) ?? (zero ? "zero" : undefined);
    if (word !== undefined) {
      this.#give(buffer);
      this.#parts.push([...part, word]);
      if (this.#parts.length >= 64) this.#flushParts();
      return;
    }
    await this.#send(buffer, [part], length);
  }

  /** Sends as many small files as fit, and were asked for, in one message. */
  async #sendPack(): Promise<void> {
    const buffer = this.#takeBuffer(headroomBytes + blockBytes);
    const parts: (readonly (number | string)[])[] = [];
    let at = headroomBytes;
    for (let ask = this.#currentAsk(); ask?.file.isSmall && parts.length < maxParts; ask = this.#currentAsk()) {
      const { file } = ask;
      if (at + (file.bytes as number) > buffer.length) break;
      ask.next = ask.end;
      try {
        const length = file.tree.readSmall(file.entry, buffer, at);
        const digest = this.#host.digest.hash(buffer.subarray(at, at + length));
        file.note(0, digest);
        const word = compared(ask.have, digest, ask.look);
        const part = [file.id, 0, length, toHex(digest)];
        parts.push(word === undefined ? part : [...part, word]);
        if (word === undefined) at += length;
      } catch (thrown) {
        this.#host.failed(file, toSampanError(thrown));
      }
    }
    if (parts.length === 0) this.#give(buffer);
    else await this.#send(buffer, parts, at - headroomBytes);
  }

  async #send(buffer: Uint8Array, parts: (readonly (number | string)[])[], size: number): Promise<void> {
    this.#flushParts();
    const wait = this.#host.throttle?.take(size);
    if (wait) await wait;
    if (this.#stopped) return this.#give(buffer);
    const header: JsonObject & { kind: string; size: number } = { kind: "data", parts, size };
    const start = writeHeaderBefore(buffer, headroomBytes, header);
    this.#host.sent(size);
    this.channel.sendEncoded(buffer.subarray(start, headroomBytes + size), () => this.#give(buffer));
  }

  #flushParts(): void {
    if (this.#parts.length === 0) return;
    this.channel.send({ kind: "data", parts: this.#parts });
    this.#parts = [];
  }

  get #isFull(): boolean {
    return (
      this.#buffersOut >= maxBuffersOut || this.#buffersOut >= Math.max(2, sharedBuffersOut / this.#host.laneCount())
    );
  }

  #takeBuffer(size: number): Uint8Array {
    this.#buffersOut++;
    return this.#pool.take(size);
  }

  #give(buffer: Uint8Array): void {
    this.#buffersOut--;
    this.#pool.give(buffer);
    this.#wakeup.wake();
  }
}

async function readBlock(file: SourceFile, into: Uint8Array, position: number): Promise<BlockRead> {
  const bytes = file.readNow?.(into, position);
  if (bytes !== undefined) return { bytes, atOnce: true };
  return { bytes: await file.read(into, position), atOnce: false };
}

function shorter(file: SentFile): SampanError {
  const { path } = file.entry;
  return new SampanError("E_SOURCE_CHANGED", "the file became shorter while it was sent", { path });
}

/** The word in place of the bytes, if what the receiver has allows one. */
function compared(have: Uint8Array | undefined, digest: Uint8Array, look: boolean): "same" | "differs" | undefined {
  if (have && sameBytes(have, digest)) return "same";
  return look ? "differs" : undefined;
}

/** Whether every byte is zero. Content that is not says so in its first words. */
function isZero(content: Uint8Array): boolean {
  const wholeWords = content.length >> 2;
  const words = new Int32Array(content.buffer, content.byteOffset, wholeWords);
  for (let at = 0; at < wholeWords; at++) if (words[at] !== 0) return false;
  for (let at = wholeWords << 2; at < content.length; at++) if (content[at] !== 0) return false;
  return true;
}
