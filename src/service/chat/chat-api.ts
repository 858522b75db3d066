import type { Acknowledged, RoomEvent } from "../../session/chat/room-event.js";
import type { SharedFile } from "../../session/chat/said.js";

export type { Acknowledged, RoomEvent } from "../../session/chat/room-event.js";
export type { SharedFile } from "../../session/chat/said.js";
export type { RoomFacts } from "./room-book.js";

export interface ChatOptions {
  /** How you are called in the room; a taken name gets a number. Default: the user's name on this machine. */
  readonly name?: string;
  /** How many of the last messages are told first. Default 50, at most 10,000. */
  readonly history?: number;
  /** Give up when the server could not be reached for so long. Default 60,000; Infinity tries for ever. */
  readonly timeoutMs?: number;
  /** Leaves at once, with E_INTERRUPTED; what is not acknowledged may or may not have been said. */
  readonly signal?: AbortSignal;
}

/**
 * A visit to a room. It goes on over lost connections until `leave`. Iterate to follow what happens: whoever does not
 * gets the newest 10,000 events when they begin. The iteration ends with the visit; it throws what ended it.
 */
export interface ChatRoom extends AsyncIterable<RoomEvent> {
  readonly room: string;
  /** The name that the server gave. */
  readonly name: string;
  readonly members: ReadonlySet<string>;
  /** Messages that the server has not acknowledged. */
  readonly unacknowledged: number;
  /** Says something, of up to 1 MiB of UTF-8; resolves when the server has it. E_TOO_LARGE. */
  say(text: string): Promise<Acknowledged>;
  /** Tells the others that you are typing; at most every 3 s, however often it is called. */
  typing(): void;
  /** Puts a file of this machine into the room, never over another; needs the right to write. */
  sendFile(path: string, options?: { readonly signal?: AbortSignal }): Promise<SharedFile>;
  /** Fetches a file of the room by its name to `to`, by scp's rules (default: the current folder). */
  fetch(name: string, to?: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Leaves once everything said is acknowledged. */
  leave(): Promise<void>;
}

/** A plain text room for old clients: lines of text over TCP, without token or seal. */
export interface ClassicChatOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default 127.0.0.1: whoever reaches the port is in the room. */
  readonly host?: string;
  /** The room that it opens into. Default `lobby`. */
  readonly room?: string;
  /** Default `utf-8`; `gbk` and others as iconv names them. */
  readonly encoding?: string;
}

/** Where a plain text room listens. */
export interface ClassicChat {
  readonly host: string;
  readonly port: number;
  readonly room: string;
  readonly encoding: string;
}
