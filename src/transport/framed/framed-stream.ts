import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FrameDecoder, FrameListener, FrameRule } from "../../wire/framing/frame-rule.js";
import { SampanError } from "../../wire/sampan-error.js";
import { connectionError } from "../socket-error.js";
import { readStatically } from "../static-read.js";
import { FrameGather } from "./frame-gather.js";

/**
 * Sockets that are listened to all read here: what is read is through before the next read begins. Without it each
 * read of a few bytes takes 64 KiB of fresh memory first.
 */
let sharedScratch: Buffer | undefined;
const scratchBytes = 64 * 1024;

/**
 * A Node stream (a socket, a pipe, any Duplex) that carries frames. Take what comes in with `listen`, or by iterating,
 * not both. Errors of the stream and of the framing come out of either, and destroy the stream.
 */
export class FramedStream implements AsyncIterable<Uint8Array> {
  readonly stream: Duplex;
  readonly #gather: FrameGather;
  readonly #decoder: FrameDecoder;
  #error: SampanError | undefined;
  #taken = false;

  constructor(stream: Duplex, rule: FrameRule) {
    this.stream = stream;
    this.#gather = new FrameGather(stream, rule);
    this.#decoder = rule.decoder();
    // Without a listener an error that comes before the first read would end the process.
    stream.on("error", (error) => {
      this.#error ??= connectionError(error);
    });
  }

  /**
   * Sends a frame, a copy of which is taken at once. False says that the stream has enough for now: wait for
   * `drained`. Throws E_TOO_LARGE or E_USAGE for a frame that the rule cannot carry; nothing of it is sent.
   */
  send(frame: Uint8Array): boolean {
    this.#gather.push(frame);
    return !this.stream.writableNeedDrain;
  }

  /** Fulfilled when more may be sent; rejected if the stream is over. */
  async drained(): Promise<void> {
    this.#gather.flush();
    const { stream } = this;
    if (stream.destroyed || stream.writableEnded) throw this.#error ?? overError();
    if (!stream.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      const drained = (): void => {
        stream.off("close", closed);
        resolve();
      };
      const closed = (): void => {
        stream.off("drain", drained);
        reject(this.#error ?? overError());
      };
      stream.once("drain", drained);
      stream.once("close", closed);
    });
  }

  /** Says that nothing more will be sent, after what was. */
  end(): void {
    this.#gather.flush();
    this.stream.end();
  }

  destroy(): void {
    this.stream.destroy();
  }

  /**
   * Calls `onFrame` for each frame, with bytes that are valid during the call only, and `onEnd` once: with the error,
   * or without one if the peer ended between two frames.
   */
  listen(onFrame: FrameListener, onEnd: (error: SampanError | undefined) => void): void {
    this.#take();
    const { stream } = this;
    let over = false;
    const finish = (error: SampanError | undefined): void => {
      if (over) return;
      over = true;
      if (error) stream.destroy();
      onEnd(error);
    };
    const guarded = (step: () => void): void => {
      try {
        if (!over) step();
      } catch (thrown) {
        // What `onFrame` throws by itself is its author's to see, as with any listener.
        if (thrown instanceof SampanError) return finish(thrown);
        stream.destroy();
        throw thrown;
      }
    };
    const take = (chunk: Uint8Array): void => guarded(() => this.#decoder.push(chunk, onFrame));
    if (!readIntoScratch(stream, take)) stream.on("data", take);
    stream.resume();
    stream.on("end", () =>
      guarded(() => {
        this.#decoder.end(onFrame);
        finish(undefined);
      }),
    );
    stream.on("close", () => finish(this.#error ?? (stream.readableEnded ? undefined : overError())));
  }

  /** Each frame, as it comes; its bytes are the reader's to keep. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    this.#take();
    const frames: Uint8Array[] = [];
    const keep = (frame: Uint8Array): void => void frames.push(frame);
    try {
      for await (const chunk of this.stream) {
        this.#decoder.push(chunk as Uint8Array, keep);
        yield* frames.splice(0);
      }
      this.#decoder.end(keep);
      yield* frames;
    } catch (thrown) {
      throw connectionError(thrown);
    } finally {
      // Whoever leaves the loop early is through with the stream, as with any stream that is iterated.
      if (!this.stream.readableEnded) this.stream.destroy();
    }
  }

  #take(): void {
    if (this.#taken) throw new SampanError("E_USAGE", "the frames of this stream are being read already");
    this.#taken = true;
  }
}

/** A stream that carries frames by `rule`. */
export function framed(stream: Duplex, rule: FrameRule): FramedStream {
  return new FramedStream(stream, rule);
}

/** Makes a socket read into the shared scratch; false if this is no socket, or one that has begun to read. */
function readIntoScratch(stream: Duplex, take: (chunk: Uint8Array) => void): boolean {
  if (!(stream instanceof Socket)) return false;
  sharedScratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  const scratch = sharedScratch;
  const callback = (count: number): boolean => {
    take(scratch.subarray(0, count));
    return true;
  };
  return readStatically(stream, { buffer: () => scratch, callback });
}

function overError(): SampanError {
  return new SampanError("E_CONNECTION_LOST", "the connection is over");
}
