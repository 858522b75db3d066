import type { ErrorCode } from "../wire/error-code.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";

/** What an error number of the system means here, and what to tell. */
const meanings: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ["E_NOT_FOUND", "nothing is there"],
  EEXIST: ["E_EXISTS", "something is there already"],
  ENOSPC: [
    "E_NO_SPACE",
    "the disk is full; what has arrived is kept: make room, and the same command goes on from there",
  ],
  EDQUOT: [
    "E_NO_SPACE",
    "the disk quota is used up; what has arrived is kept: make room, and the same command goes on from there",
  ],
  ENOTDIR: ["E_NOT_A_FOLDER", "a part of the path is not a folder"],
  EISDIR: ["E_NOT_A_FOLDER", "a folder is there where a file was needed"],
  ENOTEMPTY: ["E_NOT_EMPTY", "the folder is not empty"],
  ELOOP: ["E_LINK", "a symbolic link is there, and links are not followed"],
  EROFS: ["E_LOCAL_FILE", "the file system is mounted read-only"],
  EACCES: ["E_LOCAL_FILE", "permission denied; check owner and mode"],
  EPERM: ["E_LOCAL_FILE", "the system does not permit it; check owner, mode and attributes"],
  EIO: ["E_LOCAL_FILE", "the disk reports an input/output error"],
  ENAMETOOLONG: ["E_LOCAL_FILE", "the name is longer than this file system takes (mostly 255 bytes)"],
  EMFILE: ["E_LOCAL_FILE", "too many files are open; raise the limit (ulimit -n)"],
  ENFILE: ["E_LOCAL_FILE", "too many files are open on this machine"],
  EFBIG: ["E_LOCAL_FILE", "the file is larger than this file system takes"],
  EXDEV: ["E_LOCAL_FILE", "it would have to move to another file system"],
  EBUSY: ["E_LOCAL_FILE", "the system is using it"],
  EPIPE: ["E_LOCAL_FILE", "the reader has closed it"],
  EILSEQ: ["E_UNSAFE_NAME", "this file system cannot hold such a name"],
  ERR_INVALID_ARG_VALUE: ["E_UNSAFE_NAME", "this system cannot hold such a name"],
};

/** The system's name of what was thrown, such as ENOENT. */
export function errnoOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/**
 * What a file operation threw, as a SampanError that names `shown`: the wire path, or the local path as the user gave
 * it, and never the path by which the system was asked. `doing` completes "cannot …", as in "open".
 */
export function fileError(thrown: unknown, doing: string, shown: string): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const errno = errnoOf(thrown);
  const meaning = errno === undefined ? undefined : meanings[errno];
  if (meaning === undefined && errno === undefined) {
    return new SampanError("E_BUG", `unexpected while trying to ${doing} ${printable(shown)}`, {
      cause: thrown,
      path: shown,
    });
  }
  const [code, reason] = meaning ?? (["E_LOCAL_FILE", `the system says ${errno}`] as const);
  return new SampanError(code, `cannot ${doing} ${printable(shown)}: ${reason}`, { cause: thrown, path: shown });
}

/** Whether `thrown` says that nothing is at the path, or that what is above it is no folder. */
export function isMissing(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === "ENOENT" || code === "ENOTDIR" || code === "E_NOT_FOUND" || code === "E_NOT_A_FOLDER";
}

export function isDiskFull(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return code === "ENOSPC" || code === "EDQUOT" || code === "E_NO_SPACE";
}
