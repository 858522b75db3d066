import { maxRoomMembers } from "../../wire/limits.js";
import { encodeMessage } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Clock, Timer } from "../ports.js";
import { freeMemberName, memberKey } from "./chat-name.js";
import { encodeSaid, type Said, type SharedFile } from "./said.js";

/** Comings and goings within so short a time are told in one message: a crowd that enters would be told of n² times. */
const gatherMs = 50;
/** Names in one such message: a hundred of the longest fit into a header. */
const maxNamesTold = 100;
/** Typing is told no oftener for one member. */
const typingEveryMs = 1000;

/** What a room remembers; the port to the disk. */
export interface RoomHistory {
  /** The oldest message that is still there; one above `lastSeq` if none is. */
  readonly firstSeq: number;
  /** The newest message; 0 before the first. */
  readonly lastSeq: number;
  /** Whether this client's message is here already. */
  has(client: string, id: number): boolean;
  /** Notes a message, whose `seq` is the next one; false if it could not be written, and is kept in memory at best. */
  append(said: Said): boolean;
  /** The next messages after `seq`, some at a time; none if that was the last. */
  read(seq: number): Promise<readonly Said[]>;
}

/** What members hear. */
export type News =
  | { readonly news: "said"; readonly said: Said }
  | { readonly news: "came"; readonly names: readonly string[]; readonly at: number }
  | { readonly news: "left"; readonly names: readonly string[]; readonly at: number }
  | { readonly news: "typing"; readonly name: string; readonly at: number };

/** Where a member hears of the room. */
export interface Outlet {
  /** `everybody` is the news as a message, encoded once for all. */
  hear(news: News, everybody: () => Uint8Array): void;
  /** The member was put out. */
  over(error: SampanError): void;
}

export interface Member {
  readonly name: string;
  /** Random, of one client's visit; undefined for the classic clients. */
  readonly client: string | undefined;
  readonly outlet: Outlet;
  /** Gets messages as they are said; before that it is reading history. */
  isLive: boolean;
}

export interface RoomOptions {
  readonly name: string;
  /** Differs each time the server starts: numbers of messages that were never written down may come again. */
  readonly era: string;
  readonly history: RoomHistory;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly date: () => number;
}

/** Who is in a room, and what they hear. */
export class Room {
  readonly name: string;
  readonly era: string;
  readonly history: RoomHistory;
  /** The last message of earlier eras. */
  readonly eraSeq: number;
  readonly #options: RoomOptions;
  readonly #members = new Map<string, Member>();
  readonly #typedMs = new Map<Member, number>();
  #changes: { readonly change: "came" | "left"; readonly name: string }[] = [];
  #telling: Timer | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.name = options.name;
    this.era = options.era;
    this.history = options.history;
    this.eraSeq = options.history.lastSeq;
  }

  get members(): readonly string[] {
    return [...this.#members.values()].map(({ name }) => name);
  }

  /** Lets somebody in, under the name they want or one like it. A client that comes back takes its own place. E_BUSY. */
  join(wanted: string, client: string | undefined, outlet: Outlet): Member {
    const before = client === undefined ? undefined : [...this.#members.values()].find((one) => one.client === client);
    if (!before && this.#members.size >= maxRoomMembers) {
      throw new SampanError("E_BUSY", `the room "${this.name}" has as many members as it takes; try again later`);
    }
    if (before) {
      this.#members.delete(memberKey(before.name));
      this.#typedMs.delete(before);
      before.outlet.over(new SampanError("E_CONNECTION_LOST", "the same client came in again by another connection"));
    }
    const name = freeMemberName(wanted, (key) => this.#members.has(key));
    const member: Member = { name, client, outlet, isLive: false };
    if (before?.name !== name) {
      if (before) this.#changed("left", before.name);
      this.#changed("came", name);
    }
    this.#members.set(memberKey(name), member);
    return member;
  }

  /** Takes a member out; nothing if they are out already. */
  leave(member: Member): void {
    const key = memberKey(member.name);
    if (this.#members.get(key) !== member) return;
    this.#members.delete(key);
    this.#typedMs.delete(member);
    this.#changed("left", member.name);
  }

  /** Passes a message on. False if this client has said it before. */
  say(member: Member, text: Uint8Array, id?: number, file?: SharedFile): boolean {
    const { client, name: from } = member;
    const { history } = this;
    if (client !== undefined && id !== undefined && history.has(client, id)) return false;
    this.#tellChanges();
    const draft = { seq: history.lastSeq + 1, at: this.#options.date(), from, text, file, client, id, kept: true };
    const said: Said = history.append(draft) ? draft : { ...draft, kept: false };
    this.#tell({ news: "said", said }, (one) => one.isLive);
    return true;
  }

  typing(member: Member): void {
    const now = this.#options.clock.nowMs();
    if (now - (this.#typedMs.get(member) ?? -typingEveryMs) < typingEveryMs) return;
    this.#typedMs.set(member, now);
    this.#tell({ news: "typing", name: member.name, at: this.#options.date() }, (one) => one !== member);
  }

  /** Puts everybody out. */
  close(error: SampanError): void {
    this.#telling?.cancel();
    const members = [...this.#members.values()];
    this.#members.clear();
    for (const { outlet } of members) outlet.over(error);
  }

  #changed(change: "came" | "left", name: string): void {
    this.#changes.push({ change, name });
    this.#telling ??= this.#options.clock.after(gatherMs, () => this.#tellChanges());
  }

  /** Tells of comings and goings, those in a row of one kind together. */
  #tellChanges(): void {
    this.#telling?.cancel();
    this.#telling = undefined;
    const changes = this.#changes;
    this.#changes = [];
    const at = this.#options.date();
    for (let first = 0; first < changes.length; ) {
      const { change } = changes[first] as (typeof changes)[0];
      let end = first;
      while (changes[end]?.change === change && end - first < maxNamesTold) end++;
      const names = changes.slice(first, end).map(({ name }) => name);
      this.#tell({ news: change, names, at }, () => true);
      first = end;
    }
  }

  #tell(news: News, isMeant: (member: Member) => boolean): void {
    let encoded: Uint8Array | undefined;
    const everybody = () => (encoded ??= encodeNews(news));
    for (const one of this.#members.values()) if (isMeant(one)) one.outlet.hear(news, everybody);
  }
}

function encodeNews(news: News): Uint8Array {
  switch (news.news) {
    case "said":
      return encodeSaid(news.said);
    case "typing":
      return encodeMessage({ kind: "typing", name: news.name, at: news.at });
    case "came":
      return encodeMessage({ kind: "came", names: news.names, at: news.at });
    case "left":
      return encodeMessage({ kind: "left", names: news.names, at: news.at });
    default:
      return news;
  }
}
