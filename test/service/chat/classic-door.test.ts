import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { type TestContext, test } from "node:test";
import iconv from "iconv-lite";
import type { ClassicChatOptions } from "../../../src/service/chat/chat-api.js";
import { needs } from "../../needs.js";
import { ServedRooms } from "./served-rooms.js";

/** A program or socket of a plain text client, whose output is read as it comes. */
class Client {
  readonly #decode: (bytes: Buffer) => string;
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #wake = () => {};

  constructor(output: NodeJS.ReadableStream, encoding = "utf-8") {
    this.#decode = (bytes) => iconv.decode(bytes, encoding);
    output.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    output.on("close", () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  get text(): string {
    return this.#decode(this.#bytes);
  }

  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      assert.ok(!this.#isOver, `over, without ${pattern}: ${this.text}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function start(t: TestContext, options: Partial<ClassicChatOptions> = {}) {
  const rooms = await new ServedRooms(t).start({ classicChat: { port: 0, room: "Tea", ...options } });
  const { port } = rooms.server.classicChat as { port: number };
  return { rooms, port };
}

function dial(t: TestContext, port: number): net.Socket {
  const socket = net.connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  return socket;
}

for (const encoding of ["utf-8", "gbk"]) {
  test(`nc joins the room, in ${encoding}`, needs("nc"), async (t) => {
    const { rooms, port } = await start(t, { encoding });
    const ann = await rooms.enter("ann");
    const nc = spawn("nc", ["-N", "127.0.0.1", String(port)], { stdio: "pipe" });
    t.after(() => nc.kill("SIGKILL"));
    const closed = once(nc, "close");
    const client = new Client(nc.stdout, encoding);
    await client.shows(/Room tea\. Here: ann\. You are guest-1;/);
    nc.stdin.write(iconv.encode("你好 from nc\nsecond\r\n", encoding));
    await ann.heard("second");
    assert.deepEqual(ann.texts, ["你好 from nc", "second"]);
    await ann.room.say("世界\n\x1b[31mred");
    await client.shows(/\] ann: 世界\n\[\d\d:\d\d\] ann: \\x1b\[31mred\n/);
    nc.stdin.write("/name bob\n");
    await client.shows(/You are bob now/);
    await ann.found((event) => event.event === "came" && event.name === "bob");
    nc.stdin.end("bye");
    await ann.heard("bye");
    await ann.found((event) => event.event === "left" && event.name === "bob");
    await closed;
  });
}

/** As in the documents: texts without line ends, in GBK, and one recv for what comes. */
const tutorialClient = `
import socket, sys
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect(("127.0.0.1", int(sys.argv[1])))
print(client.recv(1024).decode("gbk"), flush=True)
client.send("我是小黑".encode("gbk"))
said = b""
while "你好".encode("gbk") not in said:
    said += client.recv(1024)
print(said.decode("gbk"), flush=True)
client.close()
`;

test("a client as tutorials have it, which sends no line ends, is understood", needs("python3"), async (t) => {
  const { rooms, port } = await start(t, { encoding: "gbk" });
  const ann = await rooms.enter("ann");
  const python = spawn("python3", ["-c", tutorialClient, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
  });
  t.after(() => python.kill("SIGKILL"));
  const client = new Client(python.stdout);
  const ended = once(python, "close");
  await ann.heard("我是小黑");
  await ann.room.say("你好");
  await client.shows(/guest-1: 我是小黑[^]*ann: 你好/);
  assert.deepEqual(await ended, [0, null]);
});

test("a character that is cut between two packets comes whole; the history is shown to whoever comes", async (t) => {
  const { rooms, port } = await start(t);
  const ann = await rooms.enter("ann");
  await ann.room.say("earlier");
  const socket = dial(t, port);
  socket.setNoDelay(true);
  const client = new Client(socket);
  await client.shows(/ann: earlier\n/);
  const bytes = Buffer.from("世界\n");
  socket.write(bytes.subarray(0, 2));
  await client.shows(/ann/);
  socket.write(bytes.subarray(2));
  await ann.heard("世界");
  socket.write("/quit\n");
  await client.shows(/Bye/);
});

test("a line that is too long, and a reader that is too slow, are put out", async (t) => {
  const { rooms, port } = await start(t);
  const ann = await rooms.enter("ann");
  const long = dial(t, port);
  const client = new Client(long);
  await client.shows(/Room tea/);
  long.write("x".repeat(9000));
  await client.shows(/a line is longer than 8192 characters/);
  await ann.found((event) => event.event === "left" && event.name === "guest-1");
  assert.deepEqual(ann.texts, []);

  const slow = dial(t, port);
  await new Client(slow).shows(/Room tea/);
  slow.pause();
  await ann.found((event) => event.event === "came" && event.name === "guest-1");
  const others = await Promise.all(["b", "c", "d", "e"].map((name) => rooms.enter(name)));
  const text = "x".repeat(16_000);
  const isOut = () => ann.events.filter((event) => event.event === "left").length > 1;
  for (let said = 0; !isOut(); said++) {
    assert.ok(said < 1000, "put out in the end");
    // By turns, as one alone would be slowed down.
    await others[said % others.length]?.room.say(text);
  }
});

test("a port that is taken is told, and leaves no server behind", async (t) => {
  const { rooms, port } = await start(t);
  await assert.rejects(new ServedRooms(t).start({ classicChat: { port } }), { code: "E_LISTEN" });
  await assert.rejects(new ServedRooms(t).start({ classicChat: { port: 0, encoding: "klingon" } }), {
    code: "E_USAGE",
  });
  assert.equal(rooms.server.classicChat?.host, "127.0.0.1");
});
