/**
 * A framing rule: where in a stream of bytes each frame ends, and how a frame is put into one. `parseRule` makes one
 * from its text form; `docs/framing.md` has all of them with pictures.
 */
export interface FrameRule {
  /** The rule as `parseRule` reads it, with all that differs from its defaults. */
  readonly text: string;
  /** The longest frame in bytes, without what the rule strips; longer ones are E_TOO_LARGE before they are stored. */
  readonly maxFrameBytes: number;
  /** A decoder for one direction of one stream. */
  decoder(): FrameDecoder;
  /**
   * The bytes that `frame` takes on the wire. E_TOO_LARGE above the cap or above what the length field can hold,
   * E_USAGE for a frame that the rule cannot carry, such as one with the delimiter in it.
   */
  encodedLength(frame: Uint8Array): number;
  /**
   * Writes `frame` as it goes on the wire into `target` from `at`; returns where it ends. Checks as `encodedLength` does;
   * E_USAGE if `target` has no room, and then nothing is written.
   */
  encodeInto(frame: Uint8Array, target: Uint8Array, at: number): number;
}

/** Takes one frame; its bytes are a view that may be into the chunk just pushed: copy what outlives the chunk. */
export type FrameListener = (frame: Uint8Array) => void;

/** Takes one frame as the bytes from `start` to `end` of `bytes`, which may be the chunk just pushed. */
export type RangeListener = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Cuts frames out of chunks of any sizes. A frame that lies whole in one chunk is a view of it; one that does not is put
 * together in a buffer of its own, which grows with what has arrived and not with what was declared. After an error the
 * decoder is spent: the stream has lost its frame.
 */
export interface FrameDecoder {
  /** Takes the next bytes; calls `onFrame` for each frame that they complete. E_PROTOCOL or E_TOO_LARGE. */
  push(chunk: Uint8Array, onFrame: FrameListener): void;
  /** The same without an object for each frame: some times faster where frames are small. */
  pushRanges(chunk: Uint8Array, onRange: RangeListener): void;
  /**
   * The stream has ended. Rules of text lines give what came after the last line end as a frame; all others throw
   * E_PROTOCOL if a frame had been begun.
   */
  end(onFrame: FrameListener): void;
  /** Bytes taken and not yet given out as a frame. */
  readonly bufferedBytes: number;
}
