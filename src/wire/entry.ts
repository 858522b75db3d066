import { isJsonObject, readOptionalString, readString, readWholeNumber } from "./field.js";
import { maxFileBytes, maxLinkTargetLength, maxPathLength, maxTransferEntries } from "./limits.js";
import { SampanError } from "./sampan-error.js";
import { checkWirePath } from "./wire-path.js";

/** What every kind of entry in a tree has. */
interface AnyEntry {
  /** Path below the root that the conversation is about; "" is the root itself. */
  readonly path: string;
  /** Permission bits, 0 to 0o777. */
  readonly mode: number;
  /** Last change of the content, in microseconds since 1970; may be negative. */
  readonly mtime: number;
}

export interface FileEntry extends AnyEntry {
  readonly type: "file";
  /** Length of the content; undefined for a stream whose end is not known yet. */
  readonly bytes: number | undefined;
  /**
   * Says which content this is: equal versions of a path mean that nobody changed the file in between.
   * Opaque to the other end, which gives it back on resume.
   */
  readonly version: string;
}

export interface FolderEntry extends AnyEntry {
  readonly type: "folder";
}

export interface LinkEntry extends AnyEntry {
  readonly type: "link";
  /** The text of the symbolic link, never resolved. */
  readonly target: string;
}

export type Entry = FileEntry | FolderEntry | LinkEntry;

/** An entry as the sender offers it. */
export type OfferedEntry = Entry & {
  /** Counts up from 0 over the whole transfer, in the order of the walk. */
  readonly id: number;
  /** Which of the sources named in the request it belongs to; its path is relative to that source. */
  readonly source: number;
};

const maxMicroseconds = 8.64e15;

/** Reads an entry of a listing; E_PROTOCOL or E_UNSAFE_NAME if it is not one. */
export function parseEntry(value: unknown): Entry {
  if (!isJsonObject(value)) throw new SampanError("E_PROTOCOL", "an entry must be an object");
  const path = checkWirePath(readString(value, "path", maxPathLength));
  const mode = readWholeNumber(value, "mode", 0o777);
  const mtime = readWholeNumber(value, "mtime", maxMicroseconds, -maxMicroseconds);
  switch (value.type) {
    case "file": {
      const bytes =
        value.bytes === undefined || value.bytes === null ? undefined : readWholeNumber(value, "bytes", maxFileBytes);
      return { type: "file", path, mode, mtime, bytes, version: readOptionalString(value, "version", 128) ?? "" };
    }
    case "folder":
      return { type: "folder", path, mode, mtime };
    case "link": {
      const target = readString(value, "target", maxLinkTargetLength);
      if (target === "" || target.includes("\0"))
        throw new SampanError("E_UNSAFE_NAME", "a link's target is empty or holds NUL");
      return { type: "link", path, mode, mtime, target };
    }
    default:
      throw new SampanError("E_PROTOCOL", 'an entry\'s "type" must be "file", "folder" or "link"');
  }
}

/** Reads an offered entry. */
export function parseOfferedEntry(value: unknown, sources: number): OfferedEntry {
  const entry = parseEntry(value);
  const object = value as { [key: string]: unknown };
  const id = readWholeNumber(object, "id", maxTransferEntries - 1);
  const source = object.source === undefined ? 0 : readWholeNumber(object, "source", sources - 1);
  // Not by spreading: that costs several times as much, and one is made for each file.
  return Object.assign(entry, { id, source });
}
