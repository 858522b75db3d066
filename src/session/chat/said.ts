import {
  isJsonObject,
  type JsonObject,
  readOptionalWholeNumber,
  readString,
  readWholeNumber,
} from "../../wire/field.js";
import { maxFileBytes } from "../../wire/limits.js";
import { encodeMessage } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { decodeUtf8 } from "../../wire/utf8.js";
import { checkWirePath } from "../../wire/wire-path.js";

/** A file that was put into a room. */
export interface SharedFile {
  /** Its name in the room's folder. */
  readonly name: string;
  readonly bytes: number;
}

/** A message of a room. */
export interface Said {
  /** Counts up within the room. */
  readonly seq: number;
  /** Milliseconds since 1970, by the server's clock. */
  readonly at: number;
  readonly from: string;
  /** UTF-8. */
  readonly text: Uint8Array;
  readonly file?: SharedFile | undefined;
  /** Which client said it, as its how many-th message; nobody but that client is told. */
  readonly client?: string | undefined;
  readonly id?: number | undefined;
  /** False: the server could not write it to its disk. */
  readonly kept: boolean;
}

/** The text of a message; E_PROTOCOL if it is not UTF-8. */
export function saidText(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new SampanError("E_PROTOCOL", "a chat message must be UTF-8");
  return text;
}

/** The folder, below the served one, in which the files of a room lie. */
export function roomFolder(room: string): string {
  return `chat/${room}`;
}

/** Reads `file` of a header, if there is one. */
export function readSharedFile(header: JsonObject): SharedFile | undefined {
  const { file } = header;
  if (file === undefined) return undefined;
  if (!isJsonObject(file)) throw new SampanError("E_PROTOCOL", '"file" must be an object');
  const name = checkWirePath(readString(file, "name", 255));
  if (name === "" || name.includes("/"))
    throw new SampanError("E_UNSAFE_NAME", "a shared file's name is one part of a path");
  return { name, bytes: readWholeNumber(file, "bytes", maxFileBytes) };
}

/** Reads a `said`. */
export function readSaid(header: JsonObject, text: Uint8Array): Said {
  const id = readOptionalWholeNumber(header, "id", Number.MAX_SAFE_INTEGER);
  const file = readSharedFile(header);
  return {
    seq: readWholeNumber(header, "seq", Number.MAX_SAFE_INTEGER),
    at: readWholeNumber(header, "at", Number.MAX_SAFE_INTEGER),
    from: readString(header, "from"),
    text,
    ...(file ? { file } : {}),
    ...(id === undefined ? {} : { id }),
    kept: header.kept !== false,
  };
}

/** A `said` as it goes over the wire; `id` only for the one who said it, as the acknowledgement. */
export function encodeSaid({ seq, at, from, text, file, kept }: Said, id?: number): Uint8Array {
  return encodeMessage(
    {
      kind: "said",
      seq,
      at,
      from,
      ...(id === undefined ? {} : { id }),
      ...(file ? { file } : {}),
      ...(kept ? {} : { kept: false }),
    },
    text,
  );
}
