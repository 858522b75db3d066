import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Connection } from "../../src/classic/connection.js";
import type { ProtocolName } from "../../src/classic/protocol-name.js";
import { type ClassicServer, type ClassicServerOptions, startClassicServer } from "../../src/classic/server.js";
import type { ClassicServerEvent } from "../../src/classic/server-event.js";
import { textEncoding } from "../../src/service/text-encoding.js";

export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-classic-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Everything in a folder, hidden things as well. */
export function allIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort();
}

type Kind = ClassicServerEvent["event"];
type EventOf<K extends Kind> = Extract<ClassicServerEvent, { event: K }>;

/** A server in this process, and what it has told. */
export class Scene {
  readonly events: ClassicServerEvent[] = [];
  readonly #waiters: { matches: (event: ClassicServerEvent) => boolean; give: () => void }[] = [];
  server!: ClassicServer;

  static async start(
    t: TestContext,
    protocol: ProtocolName,
    options: Partial<ClassicServerOptions> = {},
  ): Promise<Scene> {
    const scene = new Scene();
    const encoding = await textEncoding("utf-8");
    const onEvent = (event: ClassicServerEvent): void => scene.#take(event);
    scene.server = await startClassicServer({ protocol, port: 0, encoding, onEvent, ...options });
    t.after(() => scene.server.close());
    return scene;
  }

  /** The `count`-th event of a kind, past or to come. */
  async event<K extends Kind>(kind: K, count = 1): Promise<EventOf<K>> {
    const found = (): EventOf<K> | undefined =>
      this.events.filter((event): event is EventOf<K> => event.event === kind)[count - 1];
    let event = found();
    while (event === undefined) {
      await new Promise<void>((give) => this.#waiters.push({ matches: ({ event: name }) => name === kind, give }));
      event = found();
    }
    return event;
  }

  /** A client; it is gone after the test. */
  async client(t: TestContext): Promise<{ socket: net.Socket; connection: Connection }> {
    const socket = net.connect({ host: this.server.host, port: this.server.port });
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return { socket, connection: new Connection(socket) };
  }

  #take(event: ClassicServerEvent): void {
    this.events.push(event);
    for (const [index, waiter] of [...this.#waiters.entries()].reverse()) {
      if (!waiter.matches(event)) continue;
      this.#waiters.splice(index, 1);
      waiter.give();
    }
  }
}

/** A header as the tutorials send it: its length, then its text. */
export function headed(text: string, length = Buffer.byteLength(text)): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32LE(length);
  return Buffer.concat([size, Buffer.from(text)]);
}
