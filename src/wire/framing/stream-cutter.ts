import { SampanError } from "../sampan-error.js";
import type { FrameDecoder, FrameListener, RangeListener } from "./frame-rule.js";
import { HeldBytes } from "./held-bytes.js";

/** What all decoders share: the two ways to hand out frames, and that an error is the end. */
export abstract class StreamCutter implements FrameDecoder {
  /** The beginning of a frame that went over the edge of a chunk. */
  protected readonly held = new HeldBytes();
  #state: "open" | "ended" | "spent" = "open";

  get bufferedBytes(): number {
    return this.#state === "open" ? this.held.length + this.pendingBytes : 0;
  }

  /** Bytes that were taken and neither given out nor held: half of an escape. */
  protected get pendingBytes(): number {
    return 0;
  }

  push(chunk: Uint8Array, onFrame: FrameListener): void {
    // Asked once: to read these of a chunk takes half as long as to make a view.
    const { buffer, byteOffset } = chunk;
    this.pushRanges(chunk, (bytes, start, end) =>
      onFrame(bytes === chunk ? new Uint8Array(buffer, byteOffset + start, end - start) : viewOf(bytes, start, end)),
    );
  }

  pushRanges(chunk: Uint8Array, onRange: RangeListener): void {
    this.#checkOpen();
    try {
      this.take(chunk, onRange);
    } catch (error) {
      this.#close("spent");
      throw error;
    }
  }

  end(onFrame: FrameListener): void {
    this.#checkOpen();
    try {
      this.finish((bytes, start, end) => onFrame(viewOf(bytes, start, end)));
      this.#close("ended");
    } catch (error) {
      this.#close("spent");
      throw error;
    }
  }

  /** Takes the next bytes of a stream that is in order. */
  protected abstract take(chunk: Uint8Array, onRange: RangeListener): void;

  /** The stream ended in order. */
  protected finish(_onRange: RangeListener): void {
    const bytes = this.bufferedBytes;
    if (bytes > 0)
      throw new SampanError("E_PROTOCOL", `the stream ended inside a frame, ${bytes} bytes after its start`);
  }

  #checkOpen(): void {
    if (this.#state === "open") return;
    const why = this.#state === "spent" ? "was given up after an error" : "has ended";
    throw new SampanError("E_PROTOCOL", `the stream ${why}; what comes after that needs a new decoder`);
  }

  #close(state: "ended" | "spent"): void {
    this.#state = state;
    this.held.clear();
  }
}

/** A plain Uint8Array, also of a Node Buffer, whose own subarray takes twice as long. */
function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}
