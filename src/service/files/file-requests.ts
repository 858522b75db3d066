import { errorFields } from "../../session/error-message.js";
import type { Cancellation, Store } from "../../session/ports.js";
import type { RequestHandler } from "../../session/served-connection.js";
import { type Entry } from "../../wire/entry.js";
import { type JsonObject, readBoolean, readString } from "../../wire/field.js";
import { maxPathLength } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import { normalizeWirePath } from "../../wire/wire-path.js";

/*
 *   list   {path, recursive?}          → entries (body: JSON list of entries) …, problem …, end
 *   look   {path}                      → end {entry?}
 *   mkdir  {path, parents?}            → end
 *   remove {path, recursive?}          → end
 *   move   {from, to, overwrite?}      → end
 */

export type Changed = (action: "remove" | "move" | "make-folder", path: string) => void;

/** UTF-16 units of JSON in one message of entries: as UTF-8 still below the cap of a JSON body, one more entry included. */
const entriesLength = 200 * 1024;

/** The requests about files that are one question and one answer. */
export function fileRequests(store: Store, changed: Changed): Map<string, RequestHandler> {
  return new Map<string, RequestHandler>([
    [
      "list",
      {
        right: "read",
        endsConnection: false,
        handle: (request, conversation) => list(store, request.header, conversation),
      },
    ],
    [
      "look",
      simple("read", async (header) => {
        const entry = await entryAt(store, readPath(header, "path"));
        return entry === undefined ? {} : { entry };
      }),
    ],
    [
      "mkdir",
      simple("write", (header) => {
        const path = readPath(header, "path");
        store.makeFolder(path, readBoolean(header, "parents"));
        changed("make-folder", path);
      }),
    ],
    [
      "remove",
      simple("write", async (header) => {
        const path = readPath(header, "path");
        await store.remove(path, readBoolean(header, "recursive"));
        changed("remove", path);
      }),
    ],
    [
      "move",
      simple("write", async (header) => {
        const from = readPath(header, "from");
        const to = readPath(header, "to");
        // As with mv: a folder that is there takes the source under its own name.
        await store.move(from, moveTarget(store, from, to, String(header.to)), readBoolean(header, "overwrite"));
        changed("move", from);
      }),
    ],
  ]);
}

export function readPath(header: JsonObject, key: string): string {
  return normalizeWirePath(readString(header, key, maxPathLength));
}

function simple(right: "read" | "write", act: (header: JsonObject) => unknown): RequestHandler {
  return {
    right,
    endsConnection: false,
    async handle(request, { channel }) {
      const answer = (await act(request.header)) as JsonObject | undefined;
      channel.send({ kind: "end", ...answer });
    },
  };
}

function moveTarget(store: Store, from: string, to: string, typed: string): string {
  const there = store.look(to);
  if (there?.type === "folder") return to === "" ? baseName(from) : `${to}/${baseName(from)}`;
  if (typed.endsWith("/")) throw new SampanError("E_NOT_FOUND", "there is no such folder", { path: to });
  return to;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function entryAt(store: Store, path: string): Promise<Entry | undefined> {
  const found = store.look(path);
  if (!found || found.type === "other") return undefined;
  if (found.type === "folder") return { type: found.type, path, mode: found.mode, mtime: found.mtime };
  for await (const [item] of store.list(path, false, never)) if (item && !("error" in item)) return item;
  return undefined;
}

const never: Cancellation = {
  aborted: false,
  reason: undefined,
  addEventListener: () => {},
  removeEventListener: () => {},
};

async function list(
  store: Store,
  header: JsonObject,
  { channel }: Parameters<RequestHandler["handle"]>[1],
): Promise<void> {
  const path = readPath(header, "path");
  const closed: Cancellation = {
    get aborted() {
      return channel.closed !== undefined;
    },
    reason: new SampanError("E_CONNECTION_LOST", "the connection is over"),
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  for await (const batch of store.list(path, readBoolean(header, "recursive"), closed)) {
    if (channel.closed) return;
    for (const body of entryLists(batch.filter((item): item is Entry => !("error" in item)))) {
      channel.send({ kind: "entries" }, body);
    }
    for (const item of batch) {
      if ("error" in item)
        channel.send({ kind: "problem", ...errorFields(item.error), path: item.path.slice(0, 1024) });
    }
    await channel.drained();
  }
  channel.send({ kind: "end" });
}

/** Entries as JSON lists, none of them too long for a message. */
function* entryLists(entries: readonly Entry[]): Generator<Uint8Array> {
  let texts: string[] = [];
  let length = 0;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    texts.push(text);
    length += text.length;
    if (length < entriesLength) continue;
    yield encodeUtf8(`[${texts.join(",")}]`);
    texts = [];
    length = 0;
  }
  if (texts.length > 0) yield encodeUtf8(`[${texts.join(",")}]`);
}
