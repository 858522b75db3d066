import { placeSources } from "../../session/files/placement.js";
import { ReceiveFiles } from "../../session/files/receive-files.js";
import { SendFiles } from "../../session/files/send-files.js";
import type { Clock, ExistingPolicy, SourceTree, Store } from "../../session/ports.js";
import type { Conversation, RequestHandler } from "../../session/served-connection.js";
import {
  isJsonObject,
  type JsonObject,
  readArray,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
} from "../../wire/field.js";
import { parseFilter } from "../../wire/filter.js";
import { maxFileBytes, maxPathLength, maxSources } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { checkWirePath, normalizeWirePath } from "../../wire/wire-path.js";
import type { RunningTransfers, TransferHalf } from "./running-transfers.js";

/*
 *   get   {paths, filter?, rate?}                                              → ready {transfer}, then as sender
 *   put   {to, sources: [{name, contents?}], name?, existing?, checksum?, dryRun?, delete?, tellRemoved?, sync?}
 *                                                                              → ready {transfer}, then as receiver
 *   lane  {transfer}                                                           → ready, then blocks of that transfer
 */

export interface TransferTold {
  begin(direction: "get" | "put", path: string): void;
  end(
    direction: "get" | "put",
    path: string,
    result: { files: number; bytes: number; sentBytes: number } | SampanError,
  ): void;
}

export interface FileTransfersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly anyLinks: boolean;
  /** The transfers of all connections: a lane joins one that another connection began. */
  readonly running: RunningTransfers;
  told(): TransferTold;
}

/** The requests that move files. */
export function fileTransfers(options: FileTransfersOptions): Map<string, RequestHandler> {
  const { running } = options;
  return new Map<string, RequestHandler>([
    ["get", { right: "read", endsConnection: true, handle: (request, talk) => get(options, running, request, talk) }],
    ["put", { right: "write", endsConnection: true, handle: (request, talk) => put(options, running, request, talk) }],
    ["lane", { right: "read", endsConnection: true, handle: (request, talk) => lane(running, request, talk) }],
  ]);
}

async function get(
  options: FileTransfersOptions,
  running: RunningTransfers,
  request: Message,
  talk: Conversation,
): Promise<void> {
  const { header } = request;
  const typed = readStrings(header, "paths", maxSources, maxPathLength);
  if (typed.length === 0) throw new SampanError("E_USAGE", "no path was asked for");
  const filter = parseFilter(header);
  const bytesPerSecond = readOptionalWholeNumber(header, "rate", maxFileBytes, 1);
  const sources = openSources(options.store, typed);
  const gone = new AbortController();
  const told = options.told();
  const path = typed.join(" ");
  told.begin("get", path);
  const { channel, digest } = talk;
  const { clock } = options;
  const half = new SendFiles({
    channel,
    clock,
    digest,
    sources,
    names: typed.map((one) => normalizeWirePath(one)),
    filter,
    bytesPerSecond,
    signal: gone.signal,
    onEvent: () => {},
  });
  channel.send({ kind: "ready", transfer: running.add(half, talk.holder, "") });
  half.start();
  await follow(
    talk,
    half,
    [],
    () => gone.abort(),
    (result) => told.end("get", path, result),
  );
}

function openSources(store: Store, paths: readonly string[]): SourceTree[] {
  const sources: SourceTree[] = [];
  try {
    for (const path of paths) {
      sources.push(store.source(normalizeWirePath(path)));
      if (path.endsWith("/") && store.look(normalizeWirePath(path))?.type !== "folder") {
        throw new SampanError("E_NOT_A_FOLDER", "this is not a folder", { path });
      }
    }
    return sources;
  } catch (thrown) {
    for (const source of sources) source.close();
    throw thrown;
  }
}

async function put(
  options: FileTransfersOptions,
  running: RunningTransfers,
  request: Message,
  talk: Conversation,
): Promise<void> {
  const { header } = request;
  const { store, clock, anyLinks } = options;
  const to = readString(header, "to", maxPathLength);
  const path = normalizeWirePath(to);
  const name = readOptionalString(header, "name", 128) ?? "";
  const sources = readArray(header, "sources", maxSources).map(readSource);
  if (sources.length === 0) throw new SampanError("E_USAGE", "no source was named: name one at least");
  const transfer = `${talk.holder} ${name}`;
  const there = store.look(path);
  // A run that was cut off, of the same transfer, may have made the folder that is there.
  const isNew = there === undefined || (name !== "" && store.isOwnDestination(path, transfer));
  const is = isNew ? "nothing" : there.type === "folder" ? "folder" : "file";
  const places = placeSources({ path, trailingSlash: to.endsWith("/"), is }, sources);
  for (const place of places) checkWirePath(place);
  const existing = readExisting(header);
  const checksum = readBoolean(header, "checksum");
  const dryRun = readBoolean(header, "dryRun");
  const removeOthers = readBoolean(header, "delete");
  const filter = parseFilter(header);
  const tellRemoved = readBoolean(header, "tellRemoved");
  const { channel, digest } = talk;
  const early: Message[] = [];
  talk.onMessage = (message) => early.push(message);
  // What has been read already is kept, and no more is read until the earlier run has let go.
  channel.pause();
  const told = options.told();
  const { half, id } = await running.takeOver(talk.holder, name, () => {
    const begun = new ReceiveFiles({
      channel,
      clock,
      digest,
      target: store.target("", {
        transfer,
        make: true,
        newDestination: isNew && name !== "" ? path : undefined,
        anyLinks,
        sync: header.sync !== false,
        digest,
      }),
      places,
      existing,
      checksum,
      dryRun,
      removeOthers,
      filter,
      tellRemoved,
      onEvent: () => {},
    });
    told.begin("put", to);
    return begun;
  });
  channel.resume();
  channel.send({ kind: "ready", transfer: id });
  await follow(
    talk,
    half,
    early,
    () => {},
    (result) => {
      told.end("put", to, result instanceof SampanError ? result : { ...result, sentBytes: result.receivedBytes });
    },
  );
}

async function lane(running: RunningTransfers, request: Message, talk: Conversation): Promise<void> {
  const half = running.join(readString(request.header, "transfer", 64), talk.holder);
  const { channel } = talk;
  channel.send({ kind: "ready" });
  half.addLane(channel);
  talk.onMessage = (message) => half.take(channel, message);
  const gone = new Promise<void>((resolve) => {
    talk.onClose = () => {
      half.removeLane(channel);
      resolve();
    };
  });
  await Promise.race([gone, half.done.catch(() => {})]);
  channel.send({ kind: "end" });
}

/** Leads a transfer to its end: messages to it, a lost connection to it, its result to the log. */
async function follow<Result>(
  talk: Conversation,
  half: TransferHalf & { readonly done: Promise<Result> },
  early: readonly Message[],
  over: () => void,
  tell: (result: Result | SampanError) => void,
): Promise<void> {
  talk.onMessage = (message) => half.take(talk.channel, message);
  talk.onClose = (error) => half.stop(error);
  if (talk.channel.closed) half.stop(talk.channel.closed);
  try {
    for (const message of early) half.take(talk.channel, message);
  } catch (thrown) {
    half.stop(toSampanError(thrown));
  }
  try {
    tell(await half.done);
  } catch (thrown) {
    if (thrown instanceof SampanError) tell(thrown);
    throw thrown;
  } finally {
    over();
  }
}

function readSource(value: unknown): { name: string; contents: boolean } {
  if (!isJsonObject(value)) throw new SampanError("E_PROTOCOL", "a source must be an object");
  const contents = readBoolean(value, "contents");
  const name = readString(value, "name", 1024);
  if (!contents && (name === "" || name.includes("/"))) {
    throw new SampanError("E_UNSAFE_NAME", "the name of a source must be one part of a path");
  }
  return { name, contents };
}

function readExisting(header: JsonObject): ExistingPolicy {
  const value = header.existing ?? "overwrite";
  if (value === "overwrite" || value === "rename" || value === "skip") return value;
  throw new SampanError("E_PROTOCOL", '"existing" must be "overwrite", "rename" or "skip"');
}
