import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Server, type ServerEvent, serve } from "../../src/index.js";
import { encodeMessage, type Header, type Message, MessageDecoder } from "../../src/wire/message.js";

/** A folder to work in, with a neighbour that nobody may touch: compared at the end of the test. */
export function guarded(t: TestContext): { inside: string; outside: string } {
  const base = mkdtempSync(join(tmpdir(), "sampan-test-hostile-"));
  const [inside, outside] = [join(base, "inside"), join(base, "outside")];
  mkdirSync(inside);
  mkdirSync(join(outside, "folder"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "the secret");
  writeFileSync(join(outside, "folder", "file"), "old");
  const around = () => [...readdirSync(base).filter((name) => name !== "config"), ...snapshot(outside)];
  const before = around();
  t.after(() => {
    const after = around();
    rmSync(base, { recursive: true, force: true });
    assert.deepEqual(after, before, "something outside of the tree was touched");
  });
  return { inside, outside };
}

/** Everything below `folder`, a line each. */
export function snapshot(folder: string, prefix = ""): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const full = join(folder, name);
      const stat = lstatSync(full);
      const line = `${prefix}${name} ${stat.mode.toString(8)}`;
      if (stat.isDirectory()) return [line, ...snapshot(full, `${prefix}${name}/`)];
      return [`${line} ${stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full, "latin1").slice(0, 200)}`];
    });
}

export interface ServedFolder {
  readonly server: Server;
  readonly events: ServerEvent[];
  readonly inside: string;
  readonly outside: string;
  readonly token: string;
}

/** The real server, on a free port of this machine. */
export async function victimServer(t: TestContext): Promise<ServedFolder> {
  const { inside, outside } = guarded(t);
  const events: ServerEvent[] = [];
  const configFolder = join(inside, "..", "config");
  const onEvent = (event: ServerEvent) => void events.push(event);
  const server = await serve({ folder: inside, host: "127.0.0.1", port: 0, configFolder, onEvent });
  t.after(() => server.close());
  const token = /#([^.]+)/.exec(server.link ?? "")?.[1] ?? "";
  return { server, events, inside, outside, token };
}

/** One end of a plain connection, by hand. */
export class HandMade {
  readonly socket: net.Socket;
  readonly heard: Message[] = [];
  closed = false;
  readonly #decoder = new MessageDecoder();
  #changed: () => void = () => {};

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#decoder.push(chunk, (message) => void (message.header.kind === "ping" || this.heard.push(message)));
      this.#changed();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.#changed();
    });
  }

  /** A body that is no bytes is sent as JSON. */
  say(header: Header, body?: unknown): void {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
    this.socket.write(encodeMessage(header, bytes));
  }

  /** A header as it stands, with nothing behind it. */
  sayRaw(header: string): void {
    const json = Buffer.from(header);
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(json.length);
    this.socket.write(Buffer.concat([prefix, json]));
  }

  /** The next message of this kind (or any), those before it dropped; undefined when the connection ends without. */
  async next(kind?: string): Promise<Message | undefined> {
    for (;;) {
      for (let message = this.heard.shift(); message; message = this.heard.shift()) {
        if (kind === undefined || message.header.kind === kind) return message;
      }
      if (this.closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  /** The code of the error with which the other end puts this one out. */
  async putOut(): Promise<unknown> {
    const error = await this.next("error");
    if (error) assert.equal(await this.next("anything"), undefined);
    return error?.header.code;
  }
}

/** A client by hand that has said hello, and with `request` been told that the server is ready. */
export async function callServer(
  { server, token }: Pick<ServedFolder, "server" | "token">,
  request?: Header,
): Promise<HandMade> {
  const client = new HandMade(net.connect(server.port, "127.0.0.1"));
  client.say({ kind: "hello", versions: [1], token, digests: ["sha256"] });
  assert.ok(await client.next("welcome"));
  if (!request) return client;
  client.say(request);
  assert.ok(await client.next("ready"), "the server was not ready");
  return client;
}

/** A server by hand: `script` is called when the client has made its request. Gives the link. */
export async function handMadeServer(
  t: TestContext,
  script: (client: HandMade, request: Header) => unknown,
): Promise<string> {
  const speak = async (socket: net.Socket) => {
    t.after(() => void socket.destroy());
    const client = new HandMade(socket);
    if (!(await client.next("hello"))) return;
    client.say({ kind: "welcome", version: 1, rights: ["read", "write"], digest: "sha256", pings: true });
    const request = await client.next();
    if (request) await script(client, request.header);
  };
  const server = net.createServer((socket) => void speak(socket));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => void server.close());
  return `sampan://127.0.0.1:${(server.address() as net.AddressInfo).port}/#token`;
}

export function fileEntry(id: number, path: string, bytes: number, more: object = {}): object {
  return { id, source: 0, type: "file", path, mode: 0o644, mtime: 1_600_000_000_000_000, bytes, version: "1", ...more };
}

export const linkEntry = (id: number, path: string, target: string) => fileEntry(id, path, 0, { type: "link", target });
export const folderEntry = (id: number, path: string) => fileEntry(id, path, 0, { type: "folder", mode: 0o755 });
