import { errnoOf, fileError, isDiskFull } from "../store/file-error.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";

/** These protocols cannot go on where they stopped, which the usual message of a full disk promises. */
export function writeError(thrown: unknown, name: string): SampanError {
  if (isDiskFull(thrown)) {
    return new SampanError(
      "E_NO_SPACE",
      `the disk is full; nothing was put at ${printable(name)}: make room and send it again`,
      { cause: thrown, path: name },
    );
  }
  const missing = errnoOf(thrown) === "ENOENT";
  return fileError(thrown, missing ? "put a file at" : "write", name);
}
