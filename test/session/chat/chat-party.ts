import { FanOut } from "../../../src/session/chat/fan-out.js";
import { Room, type RoomHistory } from "../../../src/session/chat/room.js";
import type { RoomEvent } from "../../../src/session/chat/room-event.js";
import { RoomVisitor } from "../../../src/session/chat/room-visitor.js";
import type { Said } from "../../../src/session/chat/said.js";
import { SaidIds } from "../../../src/session/chat/said-ids.js";
import { serveVisit } from "../../../src/session/chat/served-visit.js";
import type { RequestHandler } from "../../../src/session/served-connection.js";
import type { SampanError } from "../../../src/wire/sampan-error.js";
import { Parties } from "../two-parties.js";

/** A history that is all in memory. */
export class MemoryHistory implements RoomHistory {
  readonly list: Said[] = [];
  readonly ids = new SaidIds();
  most = Number.POSITIVE_INFINITY;

  get firstSeq(): number {
    return this.list[0]?.seq ?? this.lastSeq + 1;
  }

  lastSeq = 0;

  has(client: string, id: number): boolean {
    return this.ids.has(client, id);
  }

  append(said: Said): boolean {
    this.list.push(said);
    this.lastSeq = said.seq;
    if (said.client !== undefined && said.id !== undefined) this.ids.note(said.client, said.id, said.seq);
    if (this.list.length > this.most) this.list.shift();
    return true;
  }

  async read(seq: number): Promise<readonly Said[]> {
    return this.list.filter((said) => said.seq > seq).slice(0, 7);
  }
}

/** A server with one room, in virtual time. */
export class ChatParty {
  readonly parties: Parties;
  readonly history = new MemoryHistory();
  room: Room;
  readonly held = { bytes: 0 };

  constructor(seed?: number) {
    const handler: RequestHandler = {
      right: "read",
      endsConnection: true,
      handle: (request, talk) =>
        serveVisit(request, talk, {
          clock: this.clock,
          fanOut: this.fanOut,
          held: this.held,
          openRoom: async () => this.room,
          letGo: () => {},
          onJoined: () => {},
          onLeft: () => {},
        }),
    };
    this.parties = new Parties({ ...(seed === undefined ? {} : { seed }), handlers: new Map([["chat", handler]]) });
    this.room = this.#makeRoom("first");
    this.fanOut = new FanOut(this.clock);
  }

  readonly fanOut: FanOut;

  get clock() {
    return this.parties.clock;
  }

  /** The room as it is after a restart of the server. */
  restart(era: string): void {
    this.room = this.#makeRoom(era);
  }

  #makeRoom(era: string): Room {
    return new Room({ name: "tea", era, history: this.history, clock: this.clock, date: () => this.clock.nowMs() });
  }
}

/** Somebody in the room, who comes back when the connection is lost. */
export class Visitor {
  readonly events: RoomEvent[] = [];
  readonly visitor: RoomVisitor;
  error: SampanError | undefined;
  hasEnded = false;
  connections = 0;
  cut: () => void = () => {};
  readonly #party: ChatParty;

  constructor(party: ChatParty, name: string, history = 0, client = `client of ${name}`) {
    this.#party = party;
    this.visitor = new RoomVisitor({
      clock: party.clock,
      room: "tea",
      name,
      client,
      history,
      onEvent: (event) => void this.events.push(event),
    });
  }

  /** Goes in; resolves when it is caught up. */
  async enter(): Promise<this> {
    const connection = await this.#party.parties.dial();
    this.connections++;
    const pair = this.#party.parties.pairs.at(-1);
    this.cut = () => pair?.cut();
    connection.enter({
      onMessage: (message) => {
        if (this.visitor.take(message)) this.hasEnded = true;
      },
      onClose: (error) => {
        this.error = error;
        this.visitor.detach();
      },
    });
    this.visitor.attach(connection.channel);
    await this.#party.clock.pass(10);
    return this;
  }

  /** What was said, as `name: text`. */
  get heard(): string[] {
    return this.events.flatMap((event) => (event.event === "said" ? [`${event.from}: ${event.text}`] : []));
  }

  say(text: string) {
    const said = this.visitor.say(new TextEncoder().encode(text));
    said.catch(() => {});
    return said;
  }

  last<Name extends RoomEvent["event"]>(name: Name): (RoomEvent & { event: Name }) | undefined {
    return this.events.findLast((event) => event.event === name) as (RoomEvent & { event: Name }) | undefined;
  }
}
