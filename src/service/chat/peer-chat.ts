import os from "node:os";
import { defaultRoomName } from "../../session/chat/chat-name.js";
import type { RoomEvent } from "../../session/chat/room-event.js";
import { isJsonObject, readOptionalWholeNumber, readString, readWholeNumber } from "../../wire/field.js";
import { maxRoomMembers, maxRooms } from "../../wire/limits.js";
import { type Message, parseJson } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { CallOptions, PeerFiles } from "../api.js";
import { EventQueue } from "../event-queue.js";
import type { PeerDoor } from "../peer-door.js";
import type { ChatOptions, ChatRoom } from "./chat-api.js";
import type { RoomFacts } from "./room-book.js";
import { RoomConnection } from "./room-connection.js";
import { getFromRoom, putIntoRoom } from "./room-files.js";

const defaultHistory = 50;
const defaultTimeoutMs = 60_000;

/** Goes into a room of a peer. */
export async function enterRoom(
  door: PeerDoor,
  files: PeerFiles,
  room = defaultRoomName,
  options: ChatOptions = {},
): Promise<ChatRoom> {
  const queue = new EventQueue<RoomEvent>();
  const connection = new RoomConnection({
    take: (signal) => door.take(signal),
    give: (free) => door.give(free),
    isOver: () => door.isClosed,
    room,
    name: options.name ?? userName(),
    history: options.history ?? defaultHistory,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    signal: options.signal,
    onEvent: (event) => queue.push(event),
  });
  await connection.joined;
  return new EnteredRoom(connection, files, queue);
}

class EnteredRoom implements ChatRoom {
  readonly #connection: RoomConnection;
  readonly #files: PeerFiles;
  readonly #queue: EventQueue<RoomEvent>;

  constructor(connection: RoomConnection, files: PeerFiles, queue: EventQueue<RoomEvent>) {
    this.#connection = connection;
    this.#files = files;
    this.#queue = queue;
    connection.ended.catch(() => {}).finally(() => queue.end());
  }

  get room(): string {
    return this.#connection.visitor.room;
  }

  get name(): string {
    return this.#connection.visitor.name;
  }

  get members(): ReadonlySet<string> {
    return this.#connection.visitor.members;
  }

  get unacknowledged(): number {
    return this.#connection.visitor.unacknowledged;
  }

  say(text: string) {
    return this.#connection.say(Buffer.from(text));
  }

  typing(): void {
    this.#connection.visitor.typing();
  }

  async sendFile(path: string, options: CallOptions = {}) {
    const file = await putIntoRoom(this.#files, this.room, path, options);
    await this.#connection.say(new Uint8Array(0), file);
    return file;
  }

  fetch(name: string, to = ".", options: CallOptions = {}): Promise<void> {
    return getFromRoom(this.#files, this.room, name, to, options);
  }

  leave(): Promise<void> {
    this.#connection.leave();
    return this.#connection.ended;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RoomEvent> {
    for await (const event of this.#queue) yield event;
    await this.#connection.ended;
  }
}

/** Reads a `room-list`. */
export function readRoomList({ body }: Message): RoomFacts[] {
  const list = parseJson(body, "list of rooms");
  if (!Array.isArray(list) || list.length > maxRooms) throw new SampanError("E_PROTOCOL", "that is no list of rooms");
  return list.map((item: unknown) => {
    if (!isJsonObject(item)) throw new SampanError("E_PROTOCOL", "a room must be an object");
    const lastAt = readOptionalWholeNumber(item, "lastAt", Number.MAX_SAFE_INTEGER);
    return {
      room: readString(item, "room"),
      members: readWholeNumber(item, "members", maxRoomMembers),
      ...(lastAt === undefined ? {} : { lastAt }),
    };
  });
}

/** The user's name, fit for a room. */
function userName(): string {
  try {
    return os.userInfo().username.slice(0, 32) || "somebody";
  } catch {
    return "somebody";
  }
}
