/**
 * The one table of errors: name, number on the wire (never reused, never renumbered), whether trying again can help,
 * the exit status of the command line, and one sentence. `docs/errors.md` is made from it.
 */
// biome-ignore format: one row a line, or it is no table
export const errorTable = {
  E_BUG: { wire: 1, retryable: false, exit: 1, means: "Something in sampan itself went wrong; please report it." },
  E_USAGE: { wire: 2, retryable: false, exit: 2, means: "The command or the call was not understood." },
  E_CONNECT: { wire: 3, retryable: true, exit: 3, means: "The other end could not be reached." },
  E_LISTEN: { wire: 4, retryable: false, exit: 3, means: "The address could not be listened on." },
  E_CONNECTION_LOST: { wire: 5, retryable: true, exit: 3, means: "The connection ended before the conversation did." },
  E_PROTOCOL: { wire: 6, retryable: false, exit: 4, means: "The peer sent something that the protocol does not allow." },
  E_TOO_LARGE: { wire: 7, retryable: false, exit: 4, means: "The peer declared something larger than its cap." },
  E_UNKNOWN_KIND: { wire: 8, retryable: false, exit: 4, means: "A message of a kind that this end does not know." },
  E_VERSION: { wire: 9, retryable: false, exit: 4, means: "The two ends have no protocol version in common." },
  E_TOKEN: { wire: 10, retryable: false, exit: 5, means: "The token in the link is not one that the server knows." },
  E_CERTIFICATE: { wire: 11, retryable: false, exit: 5, means: "The server's certificate is not the one in the link." },
  E_RIGHTS: { wire: 12, retryable: false, exit: 5, means: "The link does not give the right that this needs." },
  E_PLAIN_REFUSED: { wire: 13, retryable: false, exit: 5, means: "An unsealed connection was not allowed." },
  E_BUSY: { wire: 14, retryable: true, exit: 5, means: "The server has as many connections or transfers as it allows, or another transfer holds the file." },
  E_LOCAL_FILE: { wire: 15, retryable: false, exit: 6, means: "A file or folder could not be read or written." },
  E_NO_SPACE: { wire: 16, retryable: false, exit: 6, means: "The disk is full; what has arrived is kept, and the same command goes on from there." },
  E_NOT_FOUND: { wire: 17, retryable: false, exit: 6, means: "There is nothing at that path." },
  E_EXISTS: { wire: 18, retryable: false, exit: 6, means: "Something is at that path already." },
  E_NOT_A_FOLDER: { wire: 19, retryable: false, exit: 6, means: "A folder was needed and something else is there, or the other way round." },
  E_NOT_EMPTY: { wire: 20, retryable: false, exit: 6, means: "The folder is not empty." },
  E_UNSAFE_NAME: { wire: 21, retryable: false, exit: 4, means: "A name from the peer that could lead out of the folder, or that this system cannot hold." },
  E_LINK: { wire: 22, retryable: false, exit: 6, means: "A symbolic link is in the way, or points out of the tree." },
  E_DIGEST: { wire: 23, retryable: false, exit: 7, means: "The bytes are not those that were sent, again and again." },
  E_SOURCE_CHANGED: { wire: 24, retryable: true, exit: 8, means: "The file was changed while it was sent; nothing was put under its name." },
  E_PARTIAL: { wire: 25, retryable: true, exit: 8, means: "Some of it is done and the rest is not; the same command goes on from there." },
  E_TIMED_OUT: { wire: 26, retryable: true, exit: 9, means: "Nothing moved for as long as was allowed." },
  E_SILENT: { wire: 27, retryable: true, exit: 9, means: "The peer stopped answering." },
  E_INTERRUPTED: { wire: 28, retryable: true, exit: 130, means: "It was interrupted; the same command goes on from there." },
  E_CODE: { wire: 29, retryable: false, exit: 5, means: "The pairing code is wrong or over, or somebody stands between." },
  E_NO_PROGRAM: { wire: 30, retryable: false, exit: 127, means: "There is no such program on the other machine." },
  E_CANNOT_RUN: { wire: 31, retryable: false, exit: 126, means: "The program is there, and the other machine cannot or may not run it." },
  E_UNSUPPORTED: { wire: 32, retryable: false, exit: 6, means: "This system does not offer what that needs." },
  E_TOO_SLOW: { wire: 33, retryable: true, exit: 9, means: "This end did not read as fast as it was sent to, and was put out." },
} as const satisfies Record<string, ErrorRow>;

interface ErrorRow {
  readonly wire: number;
  readonly retryable: boolean;
  readonly exit: number;
  readonly means: string;
}

export type ErrorCode = keyof typeof errorTable;

const codesByWireNumber = new Map<number, ErrorCode>(
  Object.entries(errorTable).map(([code, row]) => [row.wire, code as ErrorCode]),
);

/** The code that a number on the wire stands for; a number from a later version reads as E_PROTOCOL. */
export function errorCodeOf(wireNumber: unknown): ErrorCode {
  return (typeof wireNumber === "number" && codesByWireNumber.get(wireNumber)) || "E_PROTOCOL";
}
