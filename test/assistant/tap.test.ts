import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startTap, type Tap } from "../../src/assistant/tap.js";
import type { TapEvents, TapFlow } from "../../src/assistant/tap-events.js";
import { loadIdentity } from "../../src/service/identity.js";
import { parseAddress } from "../../src/transport/raw/address.js";
import { type ConnectRawOptions, connectRaw } from "../../src/transport/raw/connect-raw.js";
import type { RawConnection, RawEndpoint } from "../../src/transport/raw/connection.js";
import { type ListenRawOptions, listenRaw } from "../../src/transport/raw/listen-raw.js";
import type { SampanError } from "../../src/wire/sampan-error.js";
import { EventLog } from "../event-log.js";
import { RecordedEvents } from "../transport/raw/recorded-events.js";
import { sampan, scratch } from "./started-process.js";

/** What a tap tells. */
class Seen extends EventLog implements TapEvents {
  readonly flows = new Map<number, TapFlow>();
  readonly bytes = { in: 0, out: 0 };

  opened(flow: TapFlow): void {
    this.flows.set(flow.id, flow);
    this.note(`${flow.id} opened`);
  }

  chunk(_: TapFlow, direction: "in" | "out", bytes: Uint8Array): void {
    this.bytes[direction] += bytes.length;
    this.note("chunk");
  }

  ended(flow: TapFlow, direction: string): void {
    this.note(`${flow.id} ended ${direction}`);
  }

  closed(flow: TapFlow, error: SampanError | undefined): void {
    this.note(`${flow.id} closed${error ? ` ${error.code}` : ""}`);
  }

  trouble(flow: TapFlow, error: SampanError): void {
    this.note(`${flow.id} trouble ${error.code}`);
  }

  get story(): string[] {
    return this.log.filter((line) => line !== "chunk");
  }
}

interface Scene {
  readonly tap: Tap;
  readonly seen: Seen;
  readonly target: RawEndpoint;
  readonly there: RecordedEvents;
  /** Connects a client to the tap, and waits for its counterpart at the target. */
  client(): Promise<{ events: RecordedEvents; connection: RawConnection; peer: RawConnection }>;
}

interface SceneOptions {
  readonly listen: string;
  readonly target: string;
  readonly listenOptions?: ListenRawOptions;
  readonly targetOptions?: ListenRawOptions;
  readonly trust?: ConnectRawOptions;
}

async function scene(t: TestContext, options: SceneOptions): Promise<Scene> {
  const there = new RecordedEvents();
  const seen = new Seen();
  const target = await listenRaw(parseAddress(options.target), there, options.targetOptions ?? {});
  t.after(() => target.close());
  const tap = await tapTo(t, options, target.address, seen);
  const client = async () => {
    const events = new RecordedEvents();
    const count = there.connections.length;
    const endpoint = await connectRaw(parseAddress(tap.address, "connect"), events, options.trust);
    t.after(() => endpoint.close());
    const connection = events.connections[0] as RawConnection;
    if (connection.kind === "datagram") connection.send(Buffer.from("first"));
    await there.until(() => there.connections.length > count);
    return { events, connection, peer: there.connections[count] as RawConnection };
  };
  return { tap, seen, target, there, client };
}

async function tapTo(t: TestContext, options: Partial<SceneOptions>, target: string, seen: Seen): Promise<Tap> {
  const tap = await startTap(
    {
      listen: (events) => listenRaw(parseAddress(options.listen ?? ":0"), events, options.listenOptions),
      dial: (events, signal) => connectRaw(parseAddress(target, "connect"), events, { ...options.trust, signal }),
      targetName: target,
    },
    seen,
  );
  t.after(() => tap.close());
  return tap;
}

const plain = { listen: ":0", target: ":0" };

async function kinds(t: TestContext): Promise<Readonly<Record<string, SceneOptions>>> {
  const folder = scratch(t);
  const certificate = await loadIdentity(folder);
  const trust = { fingerprint: certificate.fingerprint };
  const sealed = { certificate };
  return {
    "tcp to tcp": plain,
    "unix to unix": { listen: `unix:${join(folder, "a")}`, target: `unix:${join(folder, "b")}` },
    "tls to tcp": { listen: "tls://:0", target: ":0", listenOptions: sealed, trust },
    "tcp to tls": { listen: ":0", target: "tls://:0", targetOptions: sealed, trust },
    "tls to tls": { listen: "tls://:0", target: "tls://:0", listenOptions: sealed, targetOptions: sealed, trust },
  };
}

for (const name of ["tcp to tcp", "unix to unix", "tls to tcp", "tcp to tls", "tls to tls"]) {
  const skip = process.platform === "win32" && name.startsWith("unix");
  test(`${name}: bytes pass unchanged both ways, each end as an end, and the totals are told`, { skip }, async (t) => {
    const { seen, there, client } = await scene(t, (await kinds(t))[name] as SceneOptions);
    const { events, connection, peer } = await client();
    const bytes = randomBytes(8 * 1024 * 1024);
    connection.send(bytes);
    connection.endSending();
    await there.untilNoted("1 ended");
    assert.deepEqual(seen.story, ["1 opened", "1 ended in"]);
    peer.send(bytes.subarray(0, 3_000_000));
    peer.endSending();
    await Promise.all([events.untilNoted("1 closed"), there.untilNoted("1 closed"), seen.untilNoted("1 closed")]);
    const digest = (chunks: Buffer[] = []) => createHash("sha256").update(Buffer.concat(chunks)).digest("hex");
    assert.equal(digest(there.bytes.get(1)), digest([bytes]));
    assert.equal(digest(events.bytes.get(1)), digest([bytes.subarray(0, 3_000_000)]));
    assert.deepEqual(seen.story, ["1 opened", "1 ended in", "1 ended out", "1 closed"]);
    assert.deepEqual([seen.flows.get(1)?.inBytes, seen.flows.get(1)?.outBytes], [bytes.length, 3_000_000]);
    assert.deepEqual(seen.bytes, { in: bytes.length, out: 3_000_000 });
  });
}

test("a client that resets: the target is reset, too; and the other way round", async (t) => {
  const { seen, there, client } = await scene(t, plain);
  const one = await client();
  one.connection.send(Buffer.from("x"));
  await there.until(() => there.text(1) === "x");
  one.connection.reset();
  await there.untilNoted("1 closed E_CONNECTION_LOST");
  await seen.untilNoted("1 closed E_CONNECTION_LOST");
  const two = await client();
  two.peer.send(Buffer.from("y"));
  await two.events.until(() => two.events.text(1) === "y");
  two.peer.reset();
  await two.events.untilNoted("1 closed E_CONNECTION_LOST");
  await seen.untilNoted("2 closed E_CONNECTION_LOST");
});

test("a target that is not there: the client is closed, and it is told", async (t) => {
  const target = await listenRaw(parseAddress(":0"), new RecordedEvents());
  await target.close();
  const seen = new Seen();
  const tap = await tapTo(t, plain, target.address, seen);
  const events = new RecordedEvents();
  const endpoint = await connectRaw(parseAddress(tap.address), events).catch(() => undefined);
  if (endpoint) await events.untilNoted("1 closed E_CONNECTION_LOST");
  await seen.untilNoted("1 closed E_CONNECT");
  assert.deepEqual(seen.story, ["1 closed E_CONNECT"]);
});

test("a side that never reads holds the other up; what waits in the tap stays small", async (t) => {
  const { seen, client, there } = await scene(t, plain);
  const { connection, peer } = await client();
  peer.pause();
  const block = Buffer.alloc(1024 * 1024, "x");
  const blocks = 128;
  for (let n = 0; n < blocks; n++) connection.send(block);
  // Another pair goes to and fro meanwhile: what the kernel can take on the way, it has taken.
  const other = await client();
  for (let n = 1; n <= 200; n++) {
    other.connection.send(Buffer.from("."));
    await there.until(() => there.text(2).length === n);
  }
  const passed = seen.flows.get(1)?.inBytes ?? 0;
  assert.ok(passed < 32 * block.length, `the tap took ${passed} bytes for one that does not read`);
  assert.ok(connection.queuedBytes > 64 * block.length);
  peer.resume();
  connection.endSending();
  await there.untilNoted("1 ended");
  assert.equal(there.text(1).length, blocks * block.length);
});

test("1,000 clients at once, each with its own bytes", async (t) => {
  const { seen, tap, there } = await scene(t, plain);
  const clients = Array.from({ length: 1000 }, (_, n) => n);
  const answers = clients.map(async (n) => {
    const socket = net.connect({ port: tap.port, host: "127.0.0.1" });
    t.after(() => socket.destroy());
    socket.write(`client ${n}\n`);
    return String((await once(socket, "data"))[0]);
  });
  await there.until(() => there.bytes.size === 1000);
  assert.equal(seen.log.filter((line) => line.endsWith("closed")).length, 0, "all of them are open at once");
  for (const connection of there.connections) connection.send(Buffer.from(there.text(connection.id)));
  const lines = await Promise.all(answers);
  assert.deepEqual(
    lines,
    clients.map((n) => `client ${n}\n`),
  );
  assert.equal(seen.log.filter((line) => line.endsWith("opened")).length, 1000);
  await tap.close();
  assert.equal(seen.log.filter((line) => / closed/.test(line)).length, 1000);
});

test("UDP: each client has a way of its own to the target, and is forgotten when silent", async (t) => {
  const { seen, there, client } = await scene(t, {
    listen: "udp://:0",
    target: "udp://:0",
    listenOptions: { idleMs: 300 },
  });
  const [one, two] = [await client(), await client()];
  assert.notEqual(one.peer.peer, two.peer.peer);
  two.connection.send(Buffer.alloc(60_000, "z"));
  await there.until(() => there.text(2).length === 60_005);
  one.peer.send(Buffer.from("for one"));
  two.peer.send(Buffer.from("for two"));
  await one.events.until(() => one.events.text(1) === "for one");
  await two.events.until(() => two.events.text(1) === "for two");
  assert.equal(there.text(1), "first");
  await Promise.all([seen.untilNoted("1 closed"), seen.untilNoted("2 closed")]);
});

test("UDP: that nobody listens at the target is told, and the way stays", async (t) => {
  const target = await listenRaw(parseAddress("udp://:0"), new RecordedEvents());
  await target.close();
  const seen = new Seen();
  const tap = await tapTo(t, { listen: "udp://:0" }, target.address, seen);
  const events = new RecordedEvents();
  const endpoint = await connectRaw(parseAddress(tap.address, "connect"), events);
  t.after(() => endpoint.close());
  events.connections[0]?.send(Buffer.from("x"));
  await seen.untilNoted("1 trouble E_CONNECT");
  const there = new RecordedEvents();
  const back = await listenRaw(parseAddress(target.address), there);
  t.after(() => back.close());
  events.connections[0]?.send(Buffer.from("y"));
  await there.until(() => there.text(1) === "y");
});

test("closing a tap closes both sides of all flows", async (t) => {
  const { tap, seen, there, client } = await scene(t, plain);
  const { events } = await client();
  await tap.close();
  await Promise.all([events.untilNoted("1 ended"), there.untilNoted("1 ended"), seen.untilNoted("1 closed")]);
  await assert.rejects(connectRaw(parseAddress(tap.address), new RecordedEvents()), { code: "E_CONNECT" });
});

test("sampan tap tells who came, and how much went each way", async (t) => {
  const target = sampan(t, ["listen", ":0"]);
  const tap = sampan(t, ["tap", ":0", await target.address()]);
  const client = sampan(t, ["connect", await tap.address()]);
  client.stdin.end("12345");
  target.stdin.end("123");
  await Promise.all([client.ended, target.ended]);
  await tap.until(() => /closed; 5 B in, 3 B out/.test(tap.text));
  assert.match(tap.text, /#1 127\.0\.0\.1:\d+ > 127\.0\.0\.1:\d+ {2}opened\n/);
  const late = sampan(t, ["connect", await tap.address(), "--recv-only"]);
  assert.equal((await late.ended).status, 3);
  await tap.until(() => /#2 .*nobody listens there \(E_CONNECT\)/.test(tap.text));
  tap.kill("SIGINT");
  assert.equal((await tap.ended).status, 0);
  assert.equal((await sampan(t, ["tap", ":0", "udp://127.0.0.1:9"]).ended).status, 2);
});
