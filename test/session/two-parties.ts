import { fileTransfers, type TransferTold } from "../../src/service/files/file-transfers.js";
import { RunningTransfers } from "../../src/service/files/running-transfers.js";
import type { Channel } from "../../src/session/channel.js";
import type { FilesEvent } from "../../src/session/files/progress.js";
import {
  ReceiveFiles,
  type ReceiveFilesOptions,
  type ReceiveFilesResult,
} from "../../src/session/files/receive-files.js";
import { SendFiles, type SendFilesOptions, type SendFilesResult } from "../../src/session/files/send-files.js";
import { PeerConnection } from "../../src/session/peer-connection.js";
import type { DigestAlgorithm, Store } from "../../src/session/ports.js";
import { type RequestHandler, ServedConnection } from "../../src/session/served-connection.js";
import { type MemoryPair, type MemoryPath, memoryPair } from "../../src/transport/memory.js";
import type { Header } from "../../src/wire/message.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { sha256 } from "../store/scratch.js";
import { type MemoryDisk, memoryStore } from "./memory-disk.js";
import { MemorySource, type MemorySourceOptions } from "./memory-tree.js";
import { seeded, VirtualClock } from "./virtual-clock.js";

export interface PartiesOptions {
  readonly seed?: number;
  readonly store?: Store;
  readonly handlers?: ReadonlyMap<string, RequestHandler>;
}

export interface DialOptions {
  readonly there?: MemoryPath;
  readonly back?: MemoryPath;
  readonly token?: string;
  readonly digests?: readonly DigestAlgorithm[];
}

type Half = SendFiles | ReceiveFiles;

/** A server with a store, and whoever dials it, all in virtual time. */
export class Parties {
  readonly clock = new VirtualClock();
  readonly random: (() => number) | undefined;
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  readonly refused: SampanError[] = [];
  /** Served connections that are over. */
  closed = 0;
  authenticateMs = 0;
  readonly pairs: MemoryPair[] = [];
  readonly served: ServedConnection[] = [];
  /** How each transfer ended at the server. */
  readonly told: ({ files: number; sentBytes: number } | SampanError)[] = [];

  constructor({ seed, store, handlers }: PartiesOptions) {
    this.random = seed === undefined ? undefined : seeded(seed);
    const told: TransferTold = { begin: () => {}, end: (_direction, _path, result) => void this.told.push(result) };
    const transfers =
      store &&
      fileTransfers({ store, clock: this.clock, anyLinks: false, running: new RunningTransfers(), told: () => told });
    this.handlers = handlers ?? transfers ?? new Map();
  }

  /** A fresh link whose far end is served. */
  link(there: MemoryPath = {}, back: MemoryPath = {}): MemoryPair {
    const { clock, random } = this;
    const pair = memoryPair({ clock, there, back, ...(random ? { random } : {}) });
    this.pairs.push(pair);
    this.served.push(
      new ServedConnection(pair.far, {
        clock,
        agent: "server",
        digests: [sha256],
        handlers: this.handlers,
        helloTimeoutMs: 10_000,
        idleTimeoutMs: 300_000,
        authenticate: async (token) => {
          if (this.authenticateMs > 0) await new Promise<void>((done) => void clock.after(this.authenticateMs, done));
          return token === "good" ? { holder: "somebody", rights: new Set(["read", "write"] as const) } : undefined;
        },
        onHello: () => {},
        onRefused: (error) => void this.refused.push(error),
        onClose: () => void this.closed++,
      }),
    );
    return pair;
  }

  open(options: DialOptions = {}): Promise<PeerConnection> {
    return PeerConnection.open(this.link(options.there, options.back).near, {
      clock: this.clock,
      agent: "client",
      token: options.token ?? "good",
      digests: options.digests ?? [sha256],
      helloTimeoutMs: 10_000,
    });
  }

  dial(options: DialOptions = {}): Promise<PeerConnection> {
    return this.clock.until(this.open(options));
  }
}

export interface Follow {
  readonly lanes?: number;
  readonly laneFaults?: readonly MemoryPath[];
  readonly onStall?: (silentMs: number) => void;
  readonly extra?: (channel: Channel, header: Header) => void;
}

/** Carries one transfer over a connection, as the service does with sockets. */
async function follow<T>(
  parties: Parties,
  connection: PeerConnection,
  request: Header,
  half: Half,
  ended: Promise<T>,
  options: Follow,
): Promise<T> {
  connection.enter({
    onMessage: (message) => {
      const { header } = message;
      if (header.kind === "ready") {
        for (let lane = 1; lane < (options.lanes ?? 1); lane++) {
          join(parties, half, String(header.transfer), options.laneFaults?.[lane - 1] ?? {});
        }
      } else half.take(connection.channel, message);
    },
    onClose: (error) => half.stop(error),
    onStall: (silentMs) => options.onStall?.(silentMs),
  });
  connection.channel.send(request);
  if (half instanceof SendFiles) half.start();
  const done = ended.finally(() => connection.leave());
  return parties.clock.until(done);
}

function join(parties: Parties, half: Half, transfer: string, fault: MemoryPath): void {
  parties.open({ there: fault, back: fault }).then(
    (lane) => {
      lane.enter({
        onMessage: (message) => {
          if (message.header.kind === "ready") half.addLane(lane.channel);
          else if (message.header.kind === "end" || message.header.kind === "error") lane.channel.end();
          else half.take(lane.channel, message);
        },
        onClose: () => half.removeLane(lane.channel),
      });
      lane.channel.send({ kind: "lane", transfer });
    },
    () => {},
  );
}

export interface GetOptions extends Follow {
  readonly receive?: Partial<ReceiveFilesOptions>;
  readonly request?: { readonly [key: string]: unknown };
  readonly events?: FilesEvent[];
}

export function get(
  parties: Parties,
  connection: PeerConnection,
  disk: MemoryDisk,
  paths: readonly string[] = ["from"],
  options: GetOptions = {},
): Promise<ReceiveFilesResult> {
  const half = new ReceiveFiles({
    channel: connection.channel,
    clock: parties.clock,
    digest: sha256,
    target: disk.target(),
    places: paths,
    existing: "overwrite",
    checksum: false,
    dryRun: false,
    removeOthers: false,
    filter: [],
    onEvent: (event) => void options.events?.push(event),
    ...options.receive,
  });
  return follow(parties, connection, { kind: "get", paths, ...options.request }, half, half.done, options);
}

export interface PutOptions extends Follow {
  readonly send?: Partial<SendFilesOptions>;
  readonly source?: MemorySourceOptions;
  readonly request?: { readonly [key: string]: unknown };
  readonly events?: FilesEvent[];
}

/** Sends "from" of a disk to "from" of the server. */
export function put(
  parties: Parties,
  connection: PeerConnection,
  disk: MemoryDisk,
  options: PutOptions = {},
): Promise<SendFilesResult> {
  const request = { kind: "put", to: "", sources: [{ name: "from" }], name: "the put", ...options.request };
  const half = new SendFiles({
    channel: connection.channel,
    clock: parties.clock,
    digest: sha256,
    sources: [new MemorySource(disk.nodes, "from", options.source)],
    names: ["from"],
    filter: [],
    signal: new AbortController().signal,
    onEvent: (event) => void options.events?.push(event),
    ...options.send,
  });
  return follow(parties, connection, request, half, half.done, options);
}

/** A server that serves `disk`. */
export function serving(disk: MemoryDisk, options: PartiesOptions & { source?: MemorySourceOptions } = {}): Parties {
  return new Parties({ ...options, store: memoryStore(disk, options.source) });
}

/** The code with which `promise` is rejected; undefined when it is not. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SampanError) return error.code;
    throw error;
  }
  return undefined;
}
