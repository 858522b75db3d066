import { fstatSync, write } from "node:fs";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { SampanError } from "../../wire/sampan-error.js";
import type { Outputs } from "./carry-output.js";

/** Another writer of the same terminal has switched it to not waiting: tried again after so long. */
const tryAgainMs = 10;

/**
 * Our own standard output or error as a stream that never stops this process. Node writes to terminals and files
 * synchronously: a terminal held with Ctrl-S would keep us from answering the server, which would take us for gone.
 */
function localOutput(fd: 1 | 2): Writable {
  const standard = fd === 1 ? process.stdout : process.stderr;
  const out = isWrittenSynchronously(fd)
    ? new Writable({
        highWaterMark: 256 * 1024,
        write: (chunk: Uint8Array, _encoding, done) => writeAll(fd, chunk, done),
      })
    : throughPipe(standard);
  // Whoever writes to it or ends it is told what is wrong; events are written without asking.
  out.on("error", () => {});
  return out;
}

/** Writes to one that others write to as well: `done` has what it failed at first, not that it is closed since. */
export function writeOn(out: Writable, content: string | Uint8Array, done: (error?: Error | null) => void): void {
  out.write(content, (error) => done(error && (out.errored ?? error)));
}

export function localOutputs(): Outputs {
  return { stdout: localOutput(1), stderr: localOutput(2) };
}

/** Fulfilled when all that was written is out: the end of the process waits for nothing that is still in here. */
export async function endOutputs({ stdout, stderr }: Outputs): Promise<void> {
  for (const out of [stdout, stderr]) {
    out.end();
    await finished(out);
  }
}

function isWrittenSynchronously(fd: number): boolean {
  try {
    const facts = fstatSync(fd);
    return facts.isFile() || facts.isCharacterDevice();
  } catch {
    return false;
  }
}

/** A pipe or socket is written to without waiting; the wrapper keeps it open for what comes after. */
function throughPipe(stream: Writable): Writable {
  return new Writable({
    highWaterMark: 256 * 1024,
    write: (chunk: Uint8Array, _encoding, done) =>
      void stream.write(chunk, (error) => done(error && outputError(error))),
  });
}

function writeAll(fd: number, bytes: Uint8Array, done: (error?: Error) => void): void {
  write(fd, bytes, (error, written) => {
    if (error?.code === "EAGAIN") setTimeout(() => writeAll(fd, bytes, done), tryAgainMs);
    else if (error) done(outputError(error));
    else if (written < bytes.length) writeAll(fd, bytes.subarray(written), done);
    else done();
  });
}

function outputError(cause: NodeJS.ErrnoException): SampanError {
  const code = cause.code === "ENOSPC" ? "E_NO_SPACE" : "E_LOCAL_FILE";
  return new SampanError(code, `cannot write the command's output here (${cause.code ?? cause.message})`, { cause });
}
