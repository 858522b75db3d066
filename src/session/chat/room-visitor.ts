import { readString, readStrings, readWholeNumber } from "../../wire/field.js";
import {
  maxJsonBodyBytes,
  maxMemberNameLength,
  maxRoomMembers,
  maxSayBytesUnderway,
  maxSaysUnderway,
} from "../../wire/limits.js";
import { type Header, type Message, parseJson } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import { errorOf } from "../error-message.js";
import type { Clock } from "../ports.js";
import { memberName, roomName } from "./chat-name.js";
import type { Acknowledged, RoomEvent } from "./room-event.js";
import { readSaid, type SharedFile, saidText } from "./said.js";

/** Typing is told no oftener. */
const typingEveryMs = 3000;

interface Spoken {
  readonly text: Uint8Array;
  readonly file: SharedFile | undefined;
  isSent: boolean;
  readonly resolve: (what: Acknowledged) => void;
  readonly reject: (error: SampanError) => void;
}

export interface RoomVisitorOptions {
  readonly clock: Clock;
  readonly room: string;
  readonly name: string;
  /** Random, the same over all connections of this visit. */
  readonly client: string;
  /** How many of the last messages to hear first. */
  readonly history: number;
  readonly onEvent: (event: RoomEvent) => void;
}

/**
 * A client's side of a visit to a room, over as many connections as it takes: after a lost one it asks for what it
 * missed, and says again what was not acknowledged, so that nothing is lost or doubled.
 */
export class RoomVisitor {
  readonly room: string;
  readonly members = new Set<string>();
  readonly #options: RoomVisitorOptions;
  readonly #spoken = new Map<number, Spoken>();
  readonly #wantedName: string;
  #name: string;
  #channel: Channel | undefined;
  #isJoined = false;
  #isCaughtUp = false;
  #isLeaving = false;
  #nextId = 1;
  #seq: number | undefined;
  #era = "";
  #typedMs = Number.NEGATIVE_INFINITY;

  constructor(options: RoomVisitorOptions) {
    this.#options = options;
    this.room = roomName(options.room);
    this.#wantedName = this.#name = memberName(options.name);
  }

  /** The name that the server gave: the one wanted, or `ann-2` if that is taken. */
  get name(): string {
    return this.#name;
  }

  get isJoined(): boolean {
    return this.#isJoined;
  }

  /** Messages that are not acknowledged. */
  get unacknowledged(): number {
    return this.#spoken.size;
  }

  /** Begins, or goes on, over a connection. */
  attach(channel: Channel): void {
    const { room, history, client } = this.#options;
    this.#channel = channel;
    const past = this.#seq === undefined ? { history } : { after: this.#seq, era: this.#era };
    const name = this.#seq === undefined ? this.#wantedName : this.#name;
    channel.send({ kind: "chat", room, name, client, ...past });
  }

  /** The connection is gone. */
  detach(): void {
    this.#channel = undefined;
    this.#isJoined = this.#isCaughtUp = false;
    for (const spoken of this.#spoken.values()) spoken.isSent = false;
  }

  /** Resolves when the server has it; E_TOO_LARGE. Rejects when the visit ends before. */
  say(text: Uint8Array, file?: SharedFile): Promise<Acknowledged> {
    if (text.length > maxJsonBodyBytes) {
      const message = `a message of ${text.length} bytes; the most is ${maxJsonBodyBytes}: put it into a file, and share that`;
      return Promise.reject(new SampanError("E_TOO_LARGE", message));
    }
    return new Promise((resolve, reject) => {
      this.#spoken.set(this.#nextId++, { text, file, isSent: false, resolve, reject });
      this.#pump();
    });
  }

  typing(): void {
    const now = this.#options.clock.nowMs();
    if (!this.#isJoined || now - this.#typedMs < typingEveryMs) return;
    this.#typedMs = now;
    this.#channel?.send({ kind: "typing" });
  }

  /** Asks the server for the end, once all is acknowledged that was said. */
  leave(): void {
    this.#isLeaving = true;
    this.#pump();
  }

  /** Nobody will acknowledge what is left. */
  fail(error: SampanError): void {
    for (const { reject } of this.#spoken.values()) reject(error);
    this.#spoken.clear();
  }

  /** Takes a message of the server; true at the end. Throws what the server says is wrong. */
  take({ header, body }: Message): boolean {
    const { kind } = header;
    if (kind === "error") throw errorOf(header);
    if (kind === "joined") this.#joined(header, body);
    else if (!this.#isJoined) throw new SampanError("E_PROTOCOL", `"${kind.slice(0, 40)}" before "joined"`);
    else this.#takeInRoom(header, body);
    return kind === "end";
  }

  #joined(header: Header, body: Uint8Array): void {
    const { onEvent } = this.#options;
    const again = this.#seq !== undefined;
    this.#name = readString(header, "name", maxMemberNameLength);
    this.#era = readString(header, "era", 64);
    this.#seq = readWholeNumber(header, "from", Number.MAX_SAFE_INTEGER);
    const members = readStrings(
      { members: parseJson(body, "list of members") },
      "members",
      maxRoomMembers,
      maxMemberNameLength,
    );
    this.members.clear();
    for (const name of members) this.members.add(name);
    this.#isJoined = true;
    const missed = header.missed === undefined ? 0 : readWholeNumber(header, "missed", Number.MAX_SAFE_INTEGER);
    onEvent({ event: "joined", room: this.room, name: this.#name, members, again, missed });
  }

  #takeInRoom(header: Header, body: Uint8Array): void {
    const { onEvent } = this.#options;
    switch (header.kind) {
      case "said":
        return this.#said(header, body);
      case "heard":
        return this.#acknowledged(readWholeNumber(header, "id", Number.MAX_SAFE_INTEGER), { kept: true });
      case "caught-up":
        this.#isCaughtUp = true;
        onEvent({ event: "caught-up" });
        return this.#pump();
      case "came":
      case "left": {
        const at = readWholeNumber(header, "at", Number.MAX_SAFE_INTEGER);
        for (const name of readStrings(header, "names", maxRoomMembers, maxMemberNameLength))
          this.#moved(header.kind, name, at);
        return;
      }
      case "typing":
        return onEvent({
          event: "typing",
          name: readString(header, "name", maxMemberNameLength),
          at: readWholeNumber(header, "at", Number.MAX_SAFE_INTEGER),
        });
      case "slow-down":
        return onEvent({ event: "slow-down", ms: readWholeNumber(header, "ms", 86_400_000) });
      case "end":
        return;
      default:
        throw new SampanError("E_PROTOCOL", `"${header.kind.slice(0, 40)}" does not belong into a chat`);
    }
  }

  #moved(event: "came" | "left", name: string, at: number): void {
    // Whoever came while we did stands in the list of members as well.
    const isNews = event === "came" ? !this.members.has(name) : this.members.delete(name);
    if (event === "came") this.members.add(name);
    if (isNews) this.#options.onEvent({ event, name, at });
  }

  #said(header: Header, body: Uint8Array): void {
    const { seq, at, from, file, id, kept } = readSaid(header, body);
    if (seq <= (this.#seq ?? 0)) return;
    this.#seq = seq;
    const text = saidText(body);
    const mine = id !== undefined;
    this.#options.onEvent({ event: "said", seq, at, from, text, mine, ...(file ? { file } : {}), kept });
    if (mine) this.#acknowledged(id, { seq, kept });
  }

  #acknowledged(id: number, what: Acknowledged): void {
    const spoken = this.#spoken.get(id);
    if (!spoken) return;
    this.#spoken.delete(id);
    spoken.resolve(what);
    this.#pump();
  }

  /** Sends in order what is not on its way, as far as the window goes. */
  #pump(): void {
    const channel = this.#channel;
    if (!channel || !this.#isCaughtUp) return;
    let count = 0;
    let bytes = 0;
    for (const [id, spoken] of this.#spoken) {
      const { text, file } = spoken;
      bytes += text.length;
      if (++count > maxSaysUnderway || (count > 1 && bytes > maxSayBytesUnderway)) return;
      if (spoken.isSent) continue;
      spoken.isSent = true;
      channel.send({ kind: "say", id, ...(file ? { file } : {}) }, text);
    }
    if (this.#isLeaving && this.#spoken.size === 0) {
      this.#isLeaving = false;
      channel.send({ kind: "leave" });
    }
  }
}
