import { fstatSync, writeSync } from "node:fs";

/**
 * Has standard output, where it is a file, write all that it is given, or fail. Node takes a part for the whole, which is
 * what a disk takes that becomes full.
 */
export function writeFilesWhole(output: NodeJS.WriteStream & { readonly fd: number }): void {
  if (!isFile(output.fd)) return;
  output._write = (chunk: Uint8Array, _encoding, done) => {
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(output.fd, chunk, at);
    } catch (error) {
      done(error as NodeJS.ErrnoException);
      return;
    }
    done();
  };
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
