import binary from "@lydell/node-pty/requireBinary.js";

/*
 * The native half of @lydell/node-pty. Its JavaScript half is left aside: it loses the last output of a program (it
 * takes the hangup of the terminal for the end of what there is to read, and gives up 200 ms after the exit), spins when
 * a program does not read its input, and cannot give bytes and mark the terminal as UTF-8 at once.
 * A test pins what is used here, as the package does not promise it.
 */

export interface NativePty {
  fork(
    file: string,
    args: readonly string[],
    environment: readonly string[],
    folder: string,
    columns: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (status: number, signal: number) => void,
  ): { readonly fd: number; readonly pid: number; readonly pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

export function loadNativePty(): NativePty {
  return binary.requireBinary("pty.node") as NativePty;
}
