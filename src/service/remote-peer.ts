import type { Readable, Writable } from "node:stream";
import { errorOf } from "../session/error-message.js";
import { readListedShells } from "../session/shell/shell-message.js";
import { type Entry, parseEntry } from "../wire/entry.js";
import { type Header, type Message, parseJson } from "../wire/message.js";
import type { Right } from "../wire/right.js";
import { SampanError } from "../wire/sampan-error.js";
import type { CallOptions, ConnectOptions, ListOptions, Peer, PeerFiles } from "./api.js";
import type { ChatOptions, ChatRoom, RoomFacts } from "./chat/chat-api.js";
import { enterRoom, readRoomList } from "./chat/peer-chat.js";
import { EventQueue } from "./event-queue.js";
import { planGet } from "./files/file-get.js";
import { planPut } from "./files/file-put.js";
import type { Transfer, TransferOptions } from "./files/transfer-event.js";
import { runTransfer } from "./files/transfer-run.js";
import type { ParsedLink } from "./link-text.js";
import type { PeerMeasure } from "./measure/measure-api.js";
import { RemoteMeasure } from "./measure/peer-measure.js";
import { PeerDoor } from "./peer-door.js";
import { jobsOfPeer, runOnPeer } from "./run/peer-jobs.js";
import type { PeerJobs, Run, RunOptions } from "./run/run-api.js";
import { openShell } from "./shell/peer-shell.js";
import type { PeerShells, Shell, ShellOptions } from "./shell/shell-api.js";
import { peerTime } from "./time/peer-time.js";
import type { TimeOptions, TimeReading } from "./time/time-reading.js";

/** A peer behind a link. */
export class RemotePeer implements Peer {
  readonly rights: ReadonlySet<Right>;
  readonly files: PeerFiles;
  readonly jobs: PeerJobs;
  readonly measure: PeerMeasure;
  readonly shells: PeerShells;
  readonly #door: PeerDoor;

  constructor(door: PeerDoor, rights: ReadonlySet<Right>) {
    this.#door = door;
    this.rights = rights;
    this.files = this.#makeFiles();
    this.jobs = jobsOfPeer(door);
    this.measure = new RemoteMeasure(door);
    this.shells = {
      list: async () => readListedShells(await this.#call({ kind: "shells" }, {})),
      end: async (id) => void (await this.#call({ kind: "shell-end", shell: id }, {})),
    };
  }

  static async open(link: ParsedLink, options: ConnectOptions, sourceName?: string): Promise<RemotePeer> {
    const door = new PeerDoor(link, options, sourceName);
    const first = await door.take(options.signal);
    door.give(first);
    return new RemotePeer(door, first.welcome.rights);
  }

  run(argv: readonly string[], options: RunOptions = {}): Run {
    return runOnPeer(this.#door, argv, options);
  }

  time(options: TimeOptions = {}): Promise<TimeReading> {
    return peerTime(this.#door.link, (request, call) => this.#call(request, call), options);
  }

  chat(room?: string, options?: ChatOptions): Promise<ChatRoom> {
    return enterRoom(this.#door, this.files, room, options);
  }

  async chatRooms(options: CallOptions = {}): Promise<readonly RoomFacts[]> {
    let rooms: RoomFacts[] = [];
    await this.#call({ kind: "rooms" }, options, (message) => {
      if (message.header.kind === "room-list") rooms = readRoomList(message);
    });
    return rooms;
  }

  shell(options: ShellOptions = {}): Promise<Shell> {
    return openShell(this.#door, options);
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  #makeFiles(): PeerFiles {
    return {
      list: (path, options = {}) => this.#list(path, options),
      look: async (path, options = {}) => {
        const { entry } = await this.#call({ kind: "look", path }, options);
        return entry === undefined ? undefined : parseEntry(entry);
      },
      get: (paths, to, options = {}) => this.#get(typeof paths === "string" ? [paths] : paths, to, options),
      put: (paths, to, options = {}) => this.#put(typeof paths === "string" ? [paths] : paths, to, options),
      remove: async (path, options = {}) => {
        await this.#call({ kind: "remove", path, recursive: options.recursive ?? false }, options);
      },
      move: async (from, to, options = {}) => {
        await this.#call({ kind: "move", from, to, overwrite: options.overwrite ?? false }, options);
      },
      makeFolder: async (path, options = {}) => {
        await this.#call({ kind: "mkdir", path, parents: options.parents ?? false }, options);
      },
    };
  }

  async *#list(path: string, { recursive = false, signal, onProblem }: ListOptions): AsyncGenerator<Entry> {
    const queue = new EventQueue<Entry>(Number.MAX_SAFE_INTEGER);
    let problems = 0;
    let first = "";
    const take = ({ header, body }: Message) => {
      if (header.kind === "problem") {
        const error = errorOf(header);
        if (problems++ === 0) first = error.message;
        onProblem?.({ path: error.path ?? "", error });
      }
      if (header.kind !== "entries") return;
      const list = parseJson(body, "list of entries");
      if (!Array.isArray(list)) throw new SampanError("E_PROTOCOL", "a list of entries must be a list");
      for (const item of list) queue.push(parseEntry(item));
    };
    const left = new AbortController();
    const leave = () => left.abort();
    signal?.addEventListener("abort", leave, { once: true });
    if (signal?.aborted) leave();
    const call = this.#call({ kind: "list", path, recursive }, { signal: left.signal }, take).finally(() =>
      queue.end(),
    );
    call.catch(() => {});
    try {
      yield* queue;
      await call;
    } finally {
      signal?.removeEventListener("abort", leave);
      // Whoever leaves early does not want the rest: no message takes a listing back, so its connection ends.
      leave();
    }
    if (problems === 0) return;
    const message = problems === 1 ? first : `${problems} things could not be listed; the first: ${first}`;
    throw new SampanError("E_PARTIAL", message, { origin: "remote" });
  }

  #get(paths: readonly string[], to: string | Writable, options: TransferOptions): Transfer {
    if (typeof to !== "string" && paths.length !== 1) {
      throw new SampanError("E_USAGE", "a stream takes one file only; name a folder to receive several");
    }
    return runTransfer(
      planGet((ms, signal) => this.#door.take(signal, ms), this.#door.sourceName, paths, to, options),
      options,
    );
  }

  #put(paths: readonly string[] | Readable, to: string, options: TransferOptions): Transfer {
    return runTransfer(
      planPut((ms, signal) => this.#door.take(signal, ms), paths, to, options),
      options,
    );
  }

  async #call(
    request: { kind: string; [key: string]: unknown },
    options: CallOptions,
    onMessage: (message: Message) => void = () => {},
  ): Promise<Header> {
    const connection = await this.#door.take(options.signal);
    try {
      return await connection.call(request, onMessage, options.signal);
    } finally {
      this.#door.give(connection);
    }
  }
}
