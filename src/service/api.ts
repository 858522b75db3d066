import type { Readable, Writable } from "node:stream";
import type { Entry } from "../wire/entry.js";
import type { Right } from "../wire/right.js";
import type { SampanError } from "../wire/sampan-error.js";
import type { ChatOptions, ChatRoom, ClassicChat, ClassicChatOptions, RoomFacts } from "./chat/chat-api.js";
import type { ChatServerEvent } from "./chat/chat-event.js";
import type { UnavailableEvent } from "./datagram/datagram-service.js";
import type { Announcement } from "./discovery/announcement.js";
import type { Transfer, TransferOptions } from "./files/transfer-event.js";
import type { PeerMeasure } from "./measure/measure-api.js";
import type { PairingEvent } from "./pairing/pairing-event.js";
import type { PeerJobs, Run, RunOptions } from "./run/run-api.js";
import type { RunServerEvent } from "./run/run-event.js";
import type { LinkRight } from "./server-links.js";
import type { PeerShells, Shell, ShellOptions } from "./shell/shell-api.js";
import type { ShellServerEvent } from "./shell/shell-event.js";
import type { TimeOptions, TimeReading } from "./time/time-reading.js";

export type { Right } from "../wire/right.js";

export interface ConnectOptions {
  /** Allow an unsealed connection to another machine. */
  readonly plain?: boolean;
  /**
   * Go over to a reliable stream over UDP, which carries more where packets are lost on a long way. Where UDP does not
   * pass the connection stays with TCP, and `onUdpFailed` is told why.
   */
  readonly udp?: boolean;
  readonly onUdpFailed?: (error: SampanError) => void;
  /** For dialling and the handshake. Default 10,000. */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The other end of a link. */
export interface Peer {
  readonly rights: ReadonlySet<Right>;
  readonly files: PeerFiles;
  /** Runs a program there: `argv` as given, no shell unless asked for. E_USAGE for an empty `argv`. */
  run(argv: readonly string[], options?: RunOptions): Run;
  readonly jobs: PeerJobs;
  /** What the other machine's clock says: by datagrams, or by the connection where they do not come back. */
  time(options?: TimeOptions): Promise<TimeReading>;
  /** Round trips, throughput, disks: what explains how fast a transfer is. */
  readonly measure: PeerMeasure;
  /** Goes into a chat room (default `lobby`), which is made if it is not there; resolves when you are in. */
  chat(room?: string, options?: ChatOptions): Promise<ChatRoom>;
  /** The chat rooms of the peer. */
  chatRooms(options?: CallOptions): Promise<readonly RoomFacts[]>;
  /** Opens a shell in a terminal there, or takes up one that runs. E_RIGHTS, E_BUSY, E_NOT_FOUND, E_UNSUPPORTED. */
  shell(options?: ShellOptions): Promise<Shell>;
  readonly shells: PeerShells;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface ListOptions extends CallOptions {
  readonly recursive?: boolean;
  /** Something is there that cannot be listed; the rest goes on, and ends with E_PARTIAL. */
  readonly onProblem?: (problem: ListProblem) => void;
}

/** Texts are the peer's: escape them before printing. */
export interface ListProblem {
  readonly path: string;
  readonly error: SampanError;
}

export interface PeerFiles {
  /** The entries of a folder, or of the tree below it; of a file, the file. Paths from the server's root. */
  list(path: string, options?: ListOptions): AsyncIterable<Entry>;
  /** What is at `path`; undefined if nothing is. */
  look(path: string, options?: CallOptions): Promise<Entry | undefined>;
  /** Fetches remote `paths` to the local `to`, by scp's rules of naming; `to` may be a stream for one file. */
  get(paths: string | readonly string[], to: string | Writable, options?: TransferOptions): Transfer;
  /** Sends local `paths` (or one stream) to the remote `to`. */
  put(paths: string | readonly string[] | Readable, to: string, options?: TransferOptions): Transfer;
  remove(path: string, options?: CallOptions & { readonly recursive?: boolean }): Promise<void>;
  move(from: string, to: string, options?: CallOptions & { readonly overwrite?: boolean }): Promise<void>;
  makeFolder(path: string, options?: CallOptions & { readonly parents?: boolean }): Promise<void>;
}

export interface ServeOptions {
  /** The folder to serve. */
  readonly folder: string;
  /** Default: every address of this machine ("::" with IPv4, or "0.0.0.0" where there is no IPv6). */
  readonly host?: string;
  /** Default 7700; 0 takes a free one. */
  readonly port?: number;
  /** A Unix socket to listen on as well. */
  readonly unixPath?: string;
  /** Answer datagrams on the UDP port of the same number. Default true; where it cannot be had, that is told. */
  readonly udp?: boolean;
  /** Tell everybody on the network of this server, as `sampan serve` does unless it is hidden. Default false. */
  readonly announced?: boolean;
  readonly readOnly?: boolean;
  /** Answer unsealed connections from other machines, too. */
  readonly plain?: boolean;
  /** PEM texts; default: the certificate kept in the user's config folder, made at first use. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Where identity and tokens are kept. Default: the user's config folder. */
  readonly configFolder?: string;
  /** Receive symbolic links that lead out of the folder, too. */
  readonly anyLinks?: boolean;
  /** Let callers with the right `run` start programs: any, or those named here, which are found in PATH now. */
  readonly allowRun?: boolean | readonly string[];
  /** A plain text room on a port of its own, for `nc` and the like. */
  readonly classicChat?: ClassicChatOptions;
  /** The longest that a shell waits for somebody to come back. Default 24 hours. */
  readonly shellKeepMs?: number;
  readonly onEvent?: (event: ServerEvent) => void;
  readonly limits?: Partial<ServerLimits>;
}

export interface ServerLimits {
  /** Connections before hello; the oldest is put out for a new one. Default 512. */
  readonly maxStrangers: number;
  /** Connections after hello. Default 1000. */
  readonly maxPeers: number;
  /** From accept to a valid hello. Default 10,000. */
  readonly helloTimeoutMs: number;
  /** An open connection on which nothing is asked. Default 300,000. */
  readonly idleTimeoutMs: number;
  /** Commands that run at once; others wait. Default 20. */
  readonly maxRuns: number;
  /** Shells that run at once, with or without somebody attached. Default 16. */
  readonly maxShells: number;
}

/** What a server tells; addresses are `host:port`, texts from peers unescaped. */
export type ServerEvent =
  | ChatServerEvent
  | PairingEvent
  | UnavailableEvent
  | RunServerEvent
  | ShellServerEvent
  | {
      readonly event: "peer";
      readonly address: string;
      readonly agent: string;
      readonly rights: readonly Right[];
      readonly sealed: boolean;
    }
  | { readonly event: "refused"; readonly address: string; readonly code: string; readonly message: string }
  | {
      readonly event: "transfer-begin";
      readonly address: string;
      readonly direction: "get" | "put";
      readonly path: string;
    }
  | {
      readonly event: "transfer-end";
      readonly address: string;
      readonly direction: "get" | "put";
      readonly path: string;
      readonly files: number;
      readonly bytes: number;
      readonly sentBytes: number;
      readonly seconds: number;
      readonly code?: string;
      readonly message?: string;
    }
  | {
      readonly event: "changed";
      readonly address: string;
      readonly action: "remove" | "move" | "make-folder";
      readonly path: string;
    };

export interface PairOptions {
  /** How long the code is good. Default 5 minutes. */
  readonly forMs?: number;
  /** The right for which whoever has the code gets a link. Default: write if the server gives it, else read. */
  readonly gives?: LinkRight;
}

export interface Server {
  readonly host: string;
  readonly port: number;
  /** The UDP port, of the same number; undefined if there is none. */
  readonly udpPort: number | undefined;
  /** Where the plain text room listens, if there is one. */
  readonly classicChat: ClassicChat | undefined;
  /** What is told of this server on its network, if it is announced. */
  readonly announcement: Announcement;
  /** Link with every right the server gives; undefined if it is read-only. */
  readonly link: string | undefined;
  readonly readLink: string;
  /** Link that allows commands and shells as well; undefined if the server runs none. */
  readonly runLink: string | undefined;
  /** The same by the Unix socket, if there is one; the right is the most the server gives. */
  readonly unixLink: string | undefined;
  readonly fingerprint: string;
  /** Opens pairing; resolves to the code to be told to whoever shall get in. What comes of it is told as events. */
  pair(options?: PairOptions): Promise<string>;
  close(): Promise<void>;
}
