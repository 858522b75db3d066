import type { Readable, Writable } from "node:stream";
import type { Right } from "../session/hello.js";
import type { PeerConnection } from "../session/peer-connection.js";
import { type Entry, parseEntry } from "../wire/entry.js";
import { type Message, parseJson } from "../wire/message.js";
import { SampanError } from "../wire/sampan-error.js";
import type { CallOptions, ConnectOptions, Peer, PeerFiles } from "./api.js";
import { dialPeer } from "./dial-peer.js";
import { EventQueue } from "./event-queue.js";
import { planGet } from "./file-get.js";
import { planPut } from "./file-put.js";
import { linkPlace, type ParsedLink } from "./link-text.js";
import type { Transfer, TransferOptions } from "./transfer-event.js";
import { runTransfer } from "./transfer-run.js";

const defaultConnectTimeoutMs = 10_000;

/** A peer behind a link. Connections are made as calls need them, and one is kept for the next. */
export class RemotePeer implements Peer {
  readonly rights: ReadonlySet<Right>;
  readonly files: PeerFiles;
  readonly #link: ParsedLink;
  readonly #options: ConnectOptions;
  #idle: PeerConnection | undefined;
  #closed = false;

  constructor(link: ParsedLink, options: ConnectOptions, first: PeerConnection) {
    this.#link = link;
    this.#options = options;
    this.#idle = first;
    this.rights = first.welcome.rights;
    this.files = this.#makeFiles();
  }

  static async open(link: ParsedLink, options: ConnectOptions): Promise<RemotePeer> {
    return new RemotePeer(link, options, await dialPeer(link, dialOptions(options, options.signal)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#idle?.channel.end();
    this.#idle = undefined;
  }

  #makeFiles(): PeerFiles {
    return {
      list: (path, options = {}) => this.#list(path, options.recursive ?? false, options.signal),
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

  async *#list(path: string, recursive: boolean, signal: AbortSignal | undefined): AsyncGenerator<Entry> {
    const queue = new EventQueue<Entry>(Number.MAX_SAFE_INTEGER);
    let problem: SampanError | undefined;
    const take = ({ header, body }: Message) => {
      if (header.kind === "problem")
        problem ??= new SampanError("E_PARTIAL", String(header.message), { origin: "remote" });
      if (header.kind !== "entries") return;
      const list = parseJson(body, "list of entries");
      if (!Array.isArray(list)) throw new SampanError("E_PROTOCOL", "a list of entries must be a list");
      for (const item of list) queue.push(parseEntry(item));
    };
    const call = this.#call({ kind: "list", path, recursive }, { ...(signal ? { signal } : {}) }, take).finally(() =>
      queue.end(),
    );
    call.catch(() => {});
    yield* queue;
    await call;
    if (problem) throw problem;
  }

  #get(paths: readonly string[], to: string | Writable, options: TransferOptions): Transfer {
    return runTransfer(
      planGet((ms, signal) => this.#connect(ms, signal), linkPlace(this.#link), paths, to, options),
      options,
    );
  }

  #put(paths: readonly string[] | Readable, to: string, options: TransferOptions): Transfer {
    return runTransfer(
      planPut((ms, signal) => this.#connect(ms, signal), paths, to, options),
      options,
    );
  }

  /** The idle connection if there is one, else a new one. */
  async #connect(timeoutMs: number, signal?: AbortSignal): Promise<PeerConnection> {
    if (this.#closed) throw new SampanError("E_CONNECTION_LOST", `the peer ${linkPlace(this.#link)} was closed here`);
    const idle = this.#idle;
    this.#idle = undefined;
    if (idle && !idle.closed) return idle;
    const most = this.#options.connectTimeoutMs ?? defaultConnectTimeoutMs;
    return dialPeer(this.#link, {
      ...dialOptions(this.#options, signal),
      timeoutMs: Math.max(1, Math.min(most, timeoutMs)),
    });
  }

  async #call(
    request: { kind: string; [key: string]: unknown },
    options: CallOptions,
    onMessage: (message: Message) => void = () => {},
  ): Promise<{ readonly [key: string]: unknown }> {
    const connection = await this.#connect(Number.MAX_SAFE_INTEGER, options.signal);
    try {
      return await connection.call(request, onMessage, options.signal);
    } finally {
      if (this.#closed || this.#idle || connection.closed) connection.channel.end();
      else this.#idle = connection;
    }
  }
}

function dialOptions(
  { plain = false, connectTimeoutMs = defaultConnectTimeoutMs }: ConnectOptions,
  signal?: AbortSignal,
) {
  return { plain, timeoutMs: connectTimeoutMs, signal };
}
