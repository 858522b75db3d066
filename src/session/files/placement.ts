import { SampanError } from "../../wire/sampan-error.js";
import { joinWirePath } from "../../wire/wire-path.js";

export interface NamedSource {
  /** The source's own name, the last part of its path. */
  readonly name: string;
  /** It was named with a trailing slash: its contents are meant, as with rsync. */
  readonly contents: boolean;
}

export interface Destination {
  /** Wire path as named. */
  readonly path: string;
  readonly trailingSlash: boolean;
  readonly is: "folder" | "file" | "nothing";
}

/**
 * Where each source comes to lie, by the rules of cp and scp: a destination that is a folder, or ends in "/", takes a
 * source under its own name; any other destination is the new name, which only one source can have.
 */
export function placeSources(destination: Destination, sources: readonly NamedSource[]): string[] {
  const intoFolder = destination.is === "folder" || destination.trailingSlash || destination.path === "";
  if (destination.is === "file" && (destination.trailingSlash || sources.length > 1)) {
    throw new SampanError("E_NOT_A_FOLDER", "the destination is a file, and a folder is needed", {
      path: destination.path,
    });
  }
  return sources.map(({ name, contents }) => {
    if (contents) return destination.path;
    if (intoFolder) return joinWirePath(destination.path, name);
    if (sources.length > 1) {
      throw new SampanError(
        "E_NOT_A_FOLDER",
        "several sources need a folder: end the destination with a slash to have it made",
        {
          path: destination.path,
        },
      );
    }
    return destination.path;
  });
}
