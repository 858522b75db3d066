import { type OfferedEntry, parseOfferedEntry } from "../../wire/entry.js";
import {
  type JsonObject,
  readArray,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readStrings,
  readWholeNumber,
  wholeNumber,
} from "../../wire/field.js";
import { digestBytes, digestFromHex } from "../../wire/hex.js";
import {
  maxFileBytes,
  maxOfferEntries,
  maxParts,
  maxPathLength,
  maxSources,
  maxTransferEntries,
} from "../../wire/limits.js";
import { type Message, parseJson } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { errorOf } from "../error-message.js";

/*
 * The messages of a transfer. S sends files, R receives them and leads; which of them dialled makes no difference.
 *
 *   S→R  offer    body: JSON list of entries, ids counting up           R may ask for these
 *   S→R  problem  {source, path, error, code, message}                  this one S cannot offer
 *   S→R  offered  {}                                                    the walk is over
 *   R→S  want     {parts: [[id, first, count], …]}                      send these blocks
 *                 with a body, 32 bytes a block: R has a block with this digest; if it is the same, say so;
 *                 with look: say only whether it differs
 *   R→S  held     {id, first}, body: 32 bytes a block                   R has these from an earlier run
 *   S→R  data     {parts: [[id, index, length, digest, how?], …]}       body: the bytes of the parts, one after another;
 *                 how = "zero": all zero, "same": as R said, "differs": not so; no bytes follow
 *   S→R  ended    {id, bytes}                                           the length of a stream, now known
 *   R→S  whole    {parts: [[id, digest], …]}                            R has every block; the file's digest is this
 *   S→R  agreed   {ids: […]}                                            S has the same digest, and the file did not change
 *   S→R  failed   {id, error, code, message}                            S cannot go on with this file
 *   R→S  settled  {how, ids: […]}                                       R is through with these: "done", "same", "skipped", "would"
 *   R→S  settled  {how: "held", parts: [[id, digest], …]}               … finished by an earlier run
 *   R→S  settled  {how: "failed", ids: [id], error, code, message}      … could not write it
 *   R→S  got      {bytes, resumed}                                      so many content bytes are down
 *   R→S  removed  {source?}, body: JSON list of paths below the source  R has removed these, or would; if S asked to be told
 *   R→S  finish   {files, bytes, resumed, skipped, removed, digest?}    everything offered is settled
 *   S→R  end      {digest?}                                             S agrees
 */

/** How R is through with a file. */
export type Settlement = "done" | "same" | "skipped" | "would" | "held" | "failed";

export function parseOffer(message: Message, sources: number): OfferedEntry[] {
  const list = parseJson(message.body, "offer");
  if (!Array.isArray(list)) throw new SampanError("E_PROTOCOL", "an offer must be a list of entries");
  if (list.length > maxOfferEntries) throw new SampanError("E_TOO_LARGE", `an offer of ${list.length} entries`);
  return list.map((item) => parseOfferedEntry(item, sources));
}

export interface Want {
  readonly id: number;
  readonly first: number;
  readonly count: number;
  /** 32 bytes for each block that R has in some form; undefined if it has none. */
  readonly have: Uint8Array | undefined;
  /** R only looks: it is to be told which of them differ, and gets no bytes. */
  readonly look: boolean;
}

export function parseWant(message: Message): Want[] {
  let at = 0;
  const look = readBoolean(message.header, "look");
  const wants = readArray(message.header, "parts", maxParts).map((part) => {
    const [id, first, count] = numbers(part, 3);
    const blocks = wholeNumber(count, "count", maxFileBytes, 1);
    const length = blocks * digestBytes;
    const have = message.body.length > 0 ? message.body.subarray(at, at + length) : undefined;
    at += length;
    return {
      id: wholeNumber(id, "id", maxTransferEntries),
      first: wholeNumber(first, "first", maxFileBytes),
      count: blocks,
      have,
      look,
    };
  });
  if (message.body.length > 0 && message.body.length !== at) {
    throw new SampanError("E_PROTOCOL", "the body of a want must have 32 bytes for each block");
  }
  return wants;
}

const movedHows = ["bytes", "zero", "same"] as const;
/** What answers a want that only looks: it is, or is not, as R has it. */
const lookedHows = ["same", "differs"] as const;
export type PartHow = (typeof movedHows)[number] | (typeof lookedHows)[number];

export interface DataPart {
  readonly id: number;
  readonly index: number;
  readonly length: number;
  readonly digest: Uint8Array;
  readonly how: PartHow;
  /** The bytes, a view of the message's body; empty unless `how` is "bytes". */
  readonly content: Uint8Array;
}

/** `dryRun`: R has only looked. */
export function parseData(message: Message, dryRun = false): DataPart[] {
  let at = 0;
  const hows: readonly unknown[] = dryRun ? lookedHows : movedHows;
  const parts = readArray(message.header, "parts", maxParts).map((part) => {
    const [id, index, length, digest, how = "bytes"] = items(part, 4, 5);
    if (!hows.includes(how)) throw new SampanError("E_PROTOCOL", "a part of a kind that was not asked for");
    const bytes = wholeNumber(length, "length", maxFileBytes);
    const start = at;
    if (how === "bytes") at += bytes;
    return {
      id: wholeNumber(id, "id", maxTransferEntries),
      index: wholeNumber(index, "index", maxFileBytes),
      length: bytes,
      digest: digestFromHex(digest),
      how: how as PartHow,
      content: message.body.subarray(start, at),
    };
  });
  if (at !== message.body.length) {
    throw new SampanError("E_PROTOCOL", "the parts of a data message do not add up to its body");
  }
  return parts;
}

/** Ids with a digest each, of `whole` and of `settled` with "held". */
export function parseDigests(header: JsonObject): { id: number; digest: Uint8Array }[] {
  return readArray(header, "parts", maxParts).map((part) => {
    const [id, digest] = items(part, 2, 2);
    return { id: wholeNumber(id, "id", maxTransferEntries), digest: digestFromHex(digest) };
  });
}

export function parseIds(header: JsonObject): number[] {
  return readArray(header, "ids", maxOfferEntries).map((id) => wholeNumber(id, "id", maxTransferEntries));
}

export function parseHeld(message: Message): { id: number; first: number; digests: Uint8Array[] } {
  if (message.body.length % digestBytes !== 0) throw new SampanError("E_PROTOCOL", "held digests have 32 bytes each");
  const digests = [];
  for (let at = 0; at < message.body.length; at += digestBytes) digests.push(message.body.slice(at, at + digestBytes));
  return {
    id: readWholeNumber(message.header, "id", maxTransferEntries),
    first: readWholeNumber(message.header, "first", maxFileBytes),
    digests,
  };
}

export function parseProblem(header: JsonObject): { source: number; path: string; error: SampanError } {
  return {
    source: header.source === undefined ? 0 : readWholeNumber(header, "source", maxSources),
    path: (readOptionalString(header, "path", maxFileBytes) ?? "").slice(0, 4096),
    error: errorOf(header),
  };
}

export function parseRemoved(message: Message, sources: number): { source: number; paths: string[] } {
  const paths = parseJson(message.body, "list of removed paths");
  return {
    source: readOptionalWholeNumber(message.header, "source", sources - 1) ?? 0,
    paths: readStrings({ paths }, "paths", maxOfferEntries, maxPathLength),
  };
}

export interface Finish {
  readonly files: number;
  readonly bytes: number;
  readonly resumedBytes: number;
  readonly skippedFiles: number;
  readonly removedFiles: number;
  readonly digest: string | undefined;
}

export function finishHeader(finish: Finish) {
  const { files, bytes, resumedBytes, skippedFiles, removedFiles, digest } = finish;
  return {
    kind: "finish",
    files,
    bytes,
    resumed: resumedBytes,
    skipped: skippedFiles,
    removed: removedFiles,
    ...(digest === undefined ? {} : { digest }),
  };
}

export function parseFinish(header: JsonObject): Finish {
  const count = (key: string) =>
    header[key] === undefined ? 0 : readWholeNumber(header, key, Number.MAX_SAFE_INTEGER);
  return {
    files: count("files"),
    bytes: count("bytes"),
    resumedBytes: count("resumed"),
    skippedFiles: count("skipped"),
    removedFiles: count("removed"),
    digest: readOptionalString(header, "digest", 64),
  };
}

function items(part: unknown, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(part) || part.length < least || part.length > most) {
    throw new SampanError("E_PROTOCOL", "a part has the wrong number of items");
  }
  return part;
}

function numbers(part: unknown, length: number): readonly unknown[] {
  return items(part, length, length);
}

export function readSettlement(header: JsonObject): Settlement {
  const how = header.how;
  switch (how) {
    case "done":
    case "same":
    case "skipped":
    case "would":
    case "held":
    case "failed":
      return how;
    default:
      throw new SampanError("E_PROTOCOL", `"how" of a settled message is not known`);
  }
}
