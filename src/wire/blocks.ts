import { blockBytes, largeBlockBytes, largeBlocksFrom } from "./limits.js";

/*
 * How a file is cut into blocks. The place of a block follows from its number alone:
 *
 *   number 0 … 131,071      1 MiB each, at number × 1 MiB           (the first 128 GiB)
 *   number 131,072 …        8 MiB each, at 128 GiB + (number − 131,072) × 8 MiB
 *
 * The last block ends with the file.
 */

const smallBlocks = largeBlocksFrom / blockBytes;

/** The offset in bytes at which block `index` begins. */
export function blockOffset(index: number): number {
  return index <= smallBlocks ? index * blockBytes : largeBlocksFrom + (index - smallBlocks) * largeBlockBytes;
}

/** The length in bytes of block `index` of a file of `fileBytes`; 0 beyond its end. */
export function blockLength(index: number, fileBytes: number): number {
  const whole = index < smallBlocks ? blockBytes : largeBlockBytes;
  return Math.max(0, Math.min(whole, fileBytes - blockOffset(index)));
}

/** How many blocks a file of `fileBytes` has; an empty file has none. */
export function blockCount(fileBytes: number): number {
  if (fileBytes <= largeBlocksFrom) return Math.ceil(fileBytes / blockBytes);
  return smallBlocks + Math.ceil((fileBytes - largeBlocksFrom) / largeBlockBytes);
}
