import { SampanError } from "../sampan-error.js";

/** The cap of every rule that is not told another one: as much as sampan's own messages carry. */
export const defaultMaxFrameBytes = 16 * 1024 * 1024;

/** No cap may be above this: what a rule holds is one buffer. */
export const highestMaxFrameBytes = 2 ** 31;

/** The options that every rule with a cap has. */
export interface FrameLimit {
  /** The longest frame in bytes, 1 to 2^31. */
  readonly maxFrameBytes?: number | undefined;
}

/** The cap as asked for, or the default; E_USAGE for one that is no whole number in range. */
export function frameLimit(limit: FrameLimit, byDefault: number = defaultMaxFrameBytes): number {
  const bytes = limit.maxFrameBytes ?? byDefault;
  if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > highestMaxFrameBytes) {
    throw new SampanError("E_USAGE", `a frame's cap must be 1 to ${highestMaxFrameBytes} bytes, not ${bytes}`);
  }
  return bytes;
}

/** `,max=N` for a cap that is not the default. */
export function limitText(maxFrameBytes: number, byDefault: number = defaultMaxFrameBytes): string {
  return maxFrameBytes === byDefault ? "" : `,max=${maxFrameBytes}`;
}

/** E_TOO_LARGE for a frame that goes out and is above the cap, which the other end would refuse. */
export function checkFrameLength(frame: Uint8Array, maxFrameBytes: number): void {
  if (frame.length > maxFrameBytes) throw frameTooLarge(frame.length, maxFrameBytes);
}

export function frameTooLarge(bytes: number, maxFrameBytes: number): SampanError {
  return new SampanError("E_TOO_LARGE", `a frame of ${bytes} bytes; the most is ${maxFrameBytes} (max= raises it)`);
}

/** For frames that have not ended yet: how long they would become is not known. */
export function frameEndless(maxFrameBytes: number): SampanError {
  return new SampanError(
    "E_TOO_LARGE",
    `a frame has not ended after ${maxFrameBytes} bytes, the most it may have (max= raises it)`,
  );
}

/** E_USAGE unless `length` bytes fit into `target` at `at`. */
export function checkRoom(target: Uint8Array, at: number, length: number): void {
  if (at >= 0 && length <= target.length - at) return;
  throw new SampanError("E_USAGE", `${length} bytes do not fit into a buffer of ${target.length} at ${at}`);
}
