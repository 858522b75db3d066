import { randomBytes } from "node:crypto";
import fs, { closeSync, constants } from "node:fs";
import { promisify } from "node:util";
import { ConfinedFolder } from "./confined-folder.js";
import { fileError } from "./file-error.js";
import { StagingFolder } from "./staging-folder.js";

const write = promisify(fs.write);
const fsync = promisify(fs.fsync);
const read = promisify(fs.read);

const pieceBytes = 1024 * 1024;

export interface DiskTrial {
  readonly bytes: number;
  /** Until the system had taken it, and until it was on the disk. */
  readonly writeMs: number;
  readonly syncMs: number;
  /** Reading it again, most likely from memory. */
  readonly readMs: number;
}

/**
 * Writes a file among the unfinished ones of a folder, waits for the disk, reads it, and removes it. Errors call the
 * folder `shown`: a server's path is not told to its clients.
 */
export async function tryDisk(
  folder: string,
  bytes: number,
  signal?: AbortSignal,
  shown = "the served folder",
): Promise<DiskTrial> {
  const confined = new ConfinedFolder(folder, { show: (path) => (path === "" ? shown : path) });
  const staging = new StagingFolder(confined);
  const { staged, fd } = staging.create("", () => staging.temporaryPath(""), constants.O_RDWR);
  try {
    return await measure(fd, bytes, signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw fileError(thrown, "write", "a trial file");
  } finally {
    closeSync(fd);
    staging.remove(staged);
    staging.tidy();
    confined.close();
  }
}

async function measure(fd: number, bytes: number, signal: AbortSignal | undefined): Promise<DiskTrial> {
  // Zeros or a pattern some disks would pack.
  const piece = randomBytes(pieceBytes);
  const startMs = performance.now();
  await inPieces(bytes, signal, (length, at) => write(fd, piece, 0, length, at));
  const writtenMs = performance.now();
  await fsync(fd);
  const syncedMs = performance.now();
  await inPieces(bytes, signal, (length, at) => read(fd, piece, 0, length, at));
  return {
    bytes,
    writeMs: writtenMs - startMs,
    syncMs: syncedMs - writtenMs,
    readMs: performance.now() - syncedMs,
  };
}

async function inPieces(
  bytes: number,
  signal: AbortSignal | undefined,
  act: (length: number, at: number) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < bytes; at += pieceBytes) {
    signal?.throwIfAborted();
    await act(Math.min(pieceBytes, bytes - at), at);
  }
}
