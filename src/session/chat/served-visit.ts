import { readOptionalString, readOptionalWholeNumber, readString, readWholeNumber } from "../../wire/field.js";
import { maxRoomMessages } from "../../wire/limits.js";
import { encodeMessage, type Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { Clock } from "../ports.js";
import type { Conversation } from "../served-connection.js";
import { ChannelOutlet } from "./channel-outlet.js";
import { memberName, roomName } from "./chat-name.js";
import type { FanOut } from "./fan-out.js";
import type { Member, Room } from "./room.js";
import { readSharedFile, saidText } from "./said.js";
import { type HeldBytes, SayIntake } from "./say-intake.js";

/*
 *   C→S  chat       {room, name, client, history?}         history: how many of the last messages
 *                   {room, name, client, after, era}       the same client again: what it missed
 *   S→C  joined     {room, name, seq, from, era, missed?} + JSON list of names
 *   S→C  said …     what was said after `from`, then caught-up
 *
 *   S→C  said       {seq, at, from, id?, file?, kept?} + text      id: your own message of that number
 *   S→C  came, left {names, at}, typing {name, at}, slow-down {ms}
 *   C→S  say        {id, file?} + text
 *   S→C  heard      {id}                                    said before, and not in the history any more
 *   C→S  typing, leave
 *   S→C  end
 */

const defaultHistory = 50;

export interface ServedVisitOptions {
  readonly clock: Clock;
  readonly fanOut: FanOut;
  readonly held: HeldBytes;
  /** Finds or makes a room. */
  readonly openRoom: (name: string) => Promise<Room>;
  /** Nobody went into a room that was opened. */
  readonly letGo: (room: Room) => void;
  readonly onJoined: (room: string, name: string) => void;
  readonly onLeft: (room: string, name: string) => void;
}

interface Wanted {
  readonly room: string;
  readonly name: string;
  readonly client: string;
  readonly history: number;
  readonly after: number | undefined;
  readonly era: string | undefined;
}

function parseChat({ header }: Message): Wanted {
  const client = readString(header, "client", 64);
  if (client === "") throw new SampanError("E_PROTOCOL", '"client" must not be empty');
  return {
    room: roomName(readString(header, "room")),
    name: memberName(readString(header, "name")),
    client,
    history: readOptionalWholeNumber(header, "history", maxRoomMessages) ?? defaultHistory,
    after: readOptionalWholeNumber(header, "after", Number.MAX_SAFE_INTEGER),
    era: readOptionalString(header, "era", 64),
  };
}

/** One client's visit to a room, from `chat` to `end`. */
export async function serveVisit(request: Message, talk: Conversation, options: ServedVisitOptions): Promise<void> {
  const wanted = parseChat(request);
  let over: SampanError | undefined;
  talk.onClose = (error) => {
    over = error;
  };
  const room = await options.openRoom(wanted.room);
  try {
    if (!over) await new ServedVisit(room, wanted, talk, options).ended;
  } finally {
    if (room.members.length === 0) options.letGo(room);
  }
}

class ServedVisit {
  readonly ended: Promise<void>;
  readonly #room: Room;
  readonly #member: Member;
  readonly #outlet: ChannelOutlet;
  readonly #intake: SayIntake;
  #resolve: () => void = () => {};
  #reject: (error: SampanError) => void = () => {};
  readonly #talk: Conversation;
  readonly #options: ServedVisitOptions;
  #isOver = false;

  constructor(room: Room, wanted: Wanted, talk: Conversation, options: ServedVisitOptions) {
    this.#room = room;
    this.#talk = talk;
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#outlet = new ChannelOutlet(talk.channel, options.fanOut, wanted.client, (error) => this.#end(error));
    this.#intake = new SayIntake({
      clock: options.clock,
      held: options.held,
      take: (message) => this.#heard(message),
      onSlow: (waitMs) => this.#outlet.send(encodeMessage({ kind: "slow-down", ms: waitMs })),
      onError: (thrown) => this.#end(toSampanError(thrown)),
    });
    this.#member = room.join(wanted.name, wanted.client, this.#outlet);
    options.onJoined(room.name, this.#member.name);
    talk.onClose = () => this.#end();
    talk.onMessage = (message) => this.#take(message);
    const { from, missed } = startOf(wanted, room);
    this.#outlet.send(this.#joined(from, missed));
    this.#catchUp(from).catch((thrown) => this.#end(toSampanError(thrown)));
  }

  #joined(from: number, missed: number): Uint8Array {
    const { name, era, history, members } = this.#room;
    const { lastSeq: seq } = history;
    const more = missed > 0 ? { missed } : {};
    const header = { kind: "joined", room: name, name: this.#member.name, seq, from, era, ...more };
    return encodeMessage(header, encodeUtf8(JSON.stringify(members)));
  }

  /** Sends what was said after `from`; once nothing is left, what is said goes to the member as it is said. */
  async #catchUp(from: number): Promise<void> {
    const { history } = this.#room;
    for (let seq = from; ; ) {
      if (this.#isOver) return;
      if (seq >= history.lastSeq) {
        this.#outlet.send(encodeMessage({ kind: "caught-up", seq }));
        this.#member.isLive = true;
        return;
      }
      const list = await history.read(seq);
      for (const said of list) {
        this.#outlet.say(said);
        seq = said.seq;
        await this.#outlet.drained();
        if (this.#isOver) return;
      }
      // What cannot be read any more is passed over.
      if (list.length === 0) seq = Math.max(seq + 1, history.firstSeq - 1);
    }
  }

  #take(message: Message): void {
    if (this.#isOver) return;
    switch (message.header.kind) {
      case "say":
      case "leave":
        return this.#intake.push(message);
      case "typing":
        return this.#room.typing(this.#member);
      default:
        throw new SampanError("E_PROTOCOL", `"${message.header.kind.slice(0, 40)}" does not belong into a chat`);
    }
  }

  #heard({ header, body }: Message): void {
    if (header.kind === "leave") {
      // Nothing may come behind the end.
      this.#end();
      this.#talk.channel.send({ kind: "end" });
      return;
    }
    saidText(body);
    const id = readWholeNumber(header, "id", Number.MAX_SAFE_INTEGER);
    const isNew = this.#room.say(this.#member, body, id, readSharedFile(header));
    if (!isNew) this.#outlet.send(encodeMessage({ kind: "heard", id }));
  }

  #end(error?: SampanError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#intake.close();
    this.#outlet.close();
    this.#room.leave(this.#member);
    this.#options.onLeft(this.#room.name, this.#member.name);
    if (error) this.#reject(error);
    else this.#resolve();
  }
}

/** After which message the visit begins, and how many between there and what the client had are forgotten. */
function startOf({ after, era, history }: Wanted, { history: kept, era: ours, eraSeq }: Room) {
  const oldest = kept.firstSeq - 1;
  if (after === undefined) return { from: Math.max(oldest, kept.lastSeq - history), missed: 0 };
  // A message of an earlier era may never have reached the disk, and its number may stand for another one now.
  const known = era === ours ? Math.min(after, kept.lastSeq) : Math.min(after, eraSeq);
  return { from: Math.max(oldest, known), missed: Math.max(0, oldest - known) };
}
