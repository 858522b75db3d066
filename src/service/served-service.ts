import type { RequestHandler } from "../session/served-connection.js";
import type { ServerEvent } from "./api.js";

/** Who is at the other end of one connection to a server. */
export interface CallerFacts {
  /** `host:port`, or "unix". */
  readonly address: string;
  readonly host: string;
  readonly sealed: boolean;
  /** Tells the server's log of something that this caller did. */
  readonly tell: (event: ServerEvent) => void;
}

/** Something that a server offers: files, commands, a shell, chat … */
export interface ServedService {
  /** The words under which it is announced on the network: files, run, shell, chat, time. */
  readonly offers?: readonly string[];
  /** The requests that it answers on one connection, by kind. */
  requests(caller: CallerFacts): ReadonlyMap<string, RequestHandler>;
  /** Ends what it has running; fulfilled when nothing of it is left. */
  close(): Promise<void>;
}
