import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Peer, ServeOptions, Server, ServerEvent } from "../../../src/service/api.js";
import type { ChatRoom, RoomEvent } from "../../../src/service/chat/chat-api.js";
import { connect } from "../../../src/service/connect.js";
import { serve } from "../../../src/service/serve.js";

/** A served folder with rooms; gone after the test. */
export class ServedRooms {
  readonly scratch = mkdtempSync(join(tmpdir(), "sampan-test-chat-"));
  readonly folder = join(this.scratch, "served");
  readonly events: ServerEvent[] = [];
  #server: Server | undefined;
  readonly #peers: Peer[] = [];

  constructor(t: TestContext) {
    mkdirSync(this.folder);
    t.after(async () => {
      for (const peer of this.#peers) await peer.close();
      await this.#server?.close();
      rmSync(this.scratch, { recursive: true, force: true });
    });
  }

  get server(): Server {
    return this.#server as Server;
  }

  /** Where the histories lie. */
  get roomsFolder(): string {
    return join(this.scratch, "config", "rooms");
  }

  async start(options: Partial<ServeOptions> = {}): Promise<this> {
    this.#server = await serve({
      folder: this.folder,
      host: "127.0.0.1",
      port: 0,
      udp: false,
      configFolder: join(this.scratch, "config"),
      onEvent: (event) => void this.events.push(event),
      ...options,
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }

  async peer(link = this.server.link as string): Promise<Peer> {
    const peer = await connect(link);
    this.#peers.push(peer);
    return peer;
  }

  /** Goes into a room by a connection of its own. */
  async enter(name: string, room = "tea", history = 50, link?: string): Promise<Listener> {
    return new Listener(await (await this.peer(link)).chat(room, { name, history }));
  }
}

/** Follows a room. */
export class Listener {
  readonly events: RoomEvent[] = [];
  readonly ended: Promise<unknown>;
  readonly room: ChatRoom;
  readonly #wakes = new Set<() => void>();
  #isOver = false;

  constructor(room: ChatRoom) {
    this.room = room;
    this.ended = this.#follow();
  }

  get texts(): string[] {
    return this.events.flatMap((event) => (event.event === "said" ? [event.text] : []));
  }

  /** The first event that matches, past or to come. */
  async found(matches: (event: RoomEvent) => boolean): Promise<RoomEvent> {
    for (;;) {
      const event = this.events.find(matches);
      if (event) return event;
      if (this.#isOver) throw new Error(`the room is over: ${JSON.stringify(this.events.slice(-5))}`);
      await new Promise<void>((resolve) => this.#wakes.add(resolve));
    }
  }

  heard(text: string): Promise<RoomEvent> {
    return this.found((event) => event.event === "said" && event.text === text);
  }

  async #follow(): Promise<unknown> {
    try {
      for await (const event of this.room) {
        this.events.push(event);
        this.#wake();
      }
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.#isOver = true;
      this.#wake();
    }
  }

  #wake(): void {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }
}
