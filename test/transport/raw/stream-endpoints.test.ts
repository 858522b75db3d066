import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Identity, loadIdentity } from "../../../src/service/identity.js";
import { parseAddress, type RawAddress } from "../../../src/transport/raw/address.js";
import { type ConnectRawOptions, connectRaw } from "../../../src/transport/raw/connect-raw.js";
import type { RawConnection, RawEndpoint } from "../../../src/transport/raw/connection.js";
import { listenRaw } from "../../../src/transport/raw/listen-raw.js";
import { RecordedEvents } from "./recorded-events.js";

/*
 * What every kind of stream promises, TCP over IPv4 and IPv6, Unix sockets and TLS, dialled and accepted.
 */

interface Kind {
  readonly name: string;
  readonly skip: string | false;
  readonly address: (folder: string) => string;
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));

const kinds: readonly Kind[] = [
  { name: "tcp", skip: false, address: () => "tcp://127.0.0.1:0" },
  { name: "tcp by a name", skip: false, address: () => "tcp://localhost:0" },
  { name: "tcp over IPv6", skip: !hasIpv6 && "no IPv6 here", address: () => "tcp://[::1]:0" },
  { name: "unix", skip: process.platform === "win32" && "no such paths", address: (dir) => `unix:${dir}/a door` },
  { name: "tls", skip: false, address: () => "tls://127.0.0.1:0" },
];

interface Pair {
  readonly listener: RawEndpoint;
  readonly dialled: RawEndpoint;
  /** What the listening side saw; its connection is number 1. */
  readonly there: RecordedEvents;
  readonly here: RecordedEvents;
  readonly accepted: RawConnection;
  readonly connection: RawConnection;
}

let identity: Promise<Identity> | undefined;

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-raw-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function pairOf(t: TestContext, kind: Kind): Promise<Pair> {
  const folder = scratch(t);
  const address = parseAddress(kind.address(folder));
  identity ??= loadIdentity(folder);
  const certificate = await identity;
  const there = new RecordedEvents();
  const here = new RecordedEvents();
  const listener = await listenRaw(address, there, { certificate });
  t.after(() => listener.close());
  const dialled = await connectRaw(parseAddress(listener.address, "connect"), here, {
    fingerprint: certificate.fingerprint,
  });
  t.after(() => dialled.close());
  await there.untilNoted("1 opened");
  return {
    listener,
    dialled,
    there,
    here,
    accepted: there.connections[0] as RawConnection,
    connection: here.connections[0] as RawConnection,
  };
}

for (const kind of kinds) {
  const whole = { skip: kind.skip };

  test(`${kind.name}: bytes go both ways, each side ends in order, both are closed`, whole, async (t) => {
    const { listener, dialled, there, here, accepted, connection } = await pairOf(t, kind);
    assert.equal(listener.port, kind.name === "unix" ? 0 : listener.port);
    assert.equal(listener.port > 0, kind.name !== "unix");
    assert.deepEqual([listener.connections.size, dialled.connections.size], [1, 1]);
    connection.send(Buffer.from("ping"));
    await there.until(() => there.text(1) === "ping");
    connection.endSending();
    await there.untilNoted("1 ended");
    accepted.send(Buffer.from("still "));
    accepted.send(Buffer.from("here"));
    await here.until(() => here.text(1) === "still here");
    assert.deepEqual(here.story(1), ["opened"]);
    accepted.endSending();
    await Promise.all([here.untilNoted("1 closed"), there.untilNoted("1 closed")]);
    assert.deepEqual(here.story(1), ["opened", "ended", "closed"]);
    assert.deepEqual(there.story(1), ["opened", "ended", "closed"]);
    assert.deepEqual([listener.connections.size, dialled.connections.size], [0, 0]);
  });

  test(`${kind.name}: 16 MiB each way at once are the same bytes`, whole, async (t) => {
    const { there, here, accepted, connection } = await pairOf(t, kind);
    const bytes = randomBytes(16 * 1024 * 1024);
    const want = createHash("sha256").update(bytes).digest("hex");
    for (const side of [accepted, connection]) {
      for (let at = 0; at < bytes.length; at += 1_000_003) side.send(bytes.subarray(at, at + 1_000_003));
      side.endSending();
    }
    await Promise.all([here.untilNoted("1 closed"), there.untilNoted("1 closed")]);
    for (const events of [here, there]) {
      const hash = createHash("sha256");
      for (const chunk of events.bytes.get(1) ?? []) hash.update(chunk);
      assert.equal(hash.digest("hex"), want);
      assert.deepEqual(events.story(1), ["opened", "ended", "closed"]);
    }
  });

  test(`${kind.name}: a side that is paused holds the other up, until it goes on`, whole, async (t) => {
    const { there, accepted, connection } = await pairOf(t, kind);
    accepted.pause();
    const block = Buffer.alloc(1024 * 1024, "x");
    let sent = 0;
    const blocks = 64;
    for (let n = 0; n < blocks; n++) {
      connection.send(block, (error) => {
        assert.equal(error, undefined);
        sent++;
      });
    }
    assert.ok(connection.queuedBytes > 0);
    // A connection of its own goes there and back meanwhile: whatever the kernel can take, it has taken.
    const other = await pairOf(t, kind);
    for (let n = 0; n < 20; n++) {
      other.connection.send(Buffer.from("."));
      await other.there.until(() => other.there.text(1).length > n);
    }
    assert.ok(sent < blocks, "the kernel took everything though nobody read");
    assert.ok(connection.queuedBytes >= (blocks - sent - 1) * block.length);
    const before = there.text(1).length;
    assert.ok(before < 4 * block.length, `${before} bytes came to a side that is paused`);
    accepted.resume();
    connection.endSending();
    await there.untilNoted("1 ended");
    assert.equal(there.text(1).length, blocks * block.length);
    assert.deepEqual([sent, connection.queuedBytes], [blocks, 0]);
  });

  test(`${kind.name}: what is sent after the end is told as lost, each once`, whole, async (t) => {
    const { here, there, accepted, connection } = await pairOf(t, kind);
    const told: (string | undefined)[] = [];
    accepted.pause();
    for (let n = 0; n < 40; n++) {
      connection.send(Buffer.alloc(1024 * 1024), (error) => void told.push(error?.code));
    }
    accepted.reset();
    await here.until(() => here.log.some((line) => line.startsWith("1 closed")));
    connection.send(Buffer.from("late"), (error) => void told.push(error?.code));
    await new Promise(setImmediate);
    assert.equal(told.length, 41);
    assert.equal(told.at(-1), "E_CONNECTION_LOST");
    assert.ok(told.filter((code) => code === "E_CONNECTION_LOST").length > 1);
    assert.equal(connection.queuedBytes, 0);
    assert.deepEqual(here.story(1), ["opened", "closed E_CONNECTION_LOST"]);
    assert.deepEqual(there.story(1), ["opened", "closed"]);
  });

  test(`${kind.name}: closing the listener closes what is open, and the address is free again`, whole, async (t) => {
    const { listener, dialled, here, there } = await pairOf(t, kind);
    await listener.close();
    await here.untilNoted("1 ended");
    await dialled.close();
    assert.deepEqual(here.story(1), ["opened", "ended", "closed"]);
    assert.deepEqual(there.story(1), ["opened", "closed"]);
    const address = parseAddress(listener.address, "connect");
    if (address.scheme === "unix") assert.ok(!existsSync(address.path));
    await assert.rejects(connectRaw(address, new RecordedEvents()), { code: "E_CONNECT" });
    const again = await listenRaw(address, new RecordedEvents(), {
      certificate: await identity,
    });
    assert.equal(again.address, listener.address);
    await again.close();
  });
}

test("one connection too many is turned away, and told", async (t) => {
  const there = new RecordedEvents();
  const listener = await listenRaw(parseAddress("tcp://:0"), there, { maxConnections: 1 });
  t.after(() => listener.close());
  const address = parseAddress(listener.address);
  const first = await connectRaw(address, new RecordedEvents());
  t.after(() => first.close());
  await there.untilNoted("1 opened");
  const turnedAway = new RecordedEvents();
  // The reset may come before the connection is told to stand, or just after.
  const second = await connectRaw(address, turnedAway).catch(() => undefined);
  await there.untilNoted("refused E_BUSY 127.0.0.1");
  if (second) await turnedAway.untilNoted("1 closed E_CONNECTION_LOST");
  assert.equal(listener.connections.size, 1);
  listener.stopListening();
  await assert.rejects(connectRaw(address, new RecordedEvents()), { code: "E_CONNECT", message: /nobody listens/ });
  assert.equal(listener.connections.size, 1);
});

test("an address in use, nobody there, an unknown name, a signal: each with its code", async (t) => {
  const listener = await listenRaw(parseAddress(":0"), new RecordedEvents());
  t.after(() => listener.close());
  await assert.rejects(listenRaw(parseAddress(listener.address), new RecordedEvents()), {
    code: "E_LISTEN",
    message: /in use/,
  });
  const folder = scratch(t);
  const dial = (text: string, options: ConnectRawOptions = {}) =>
    connectRaw(parseAddress(text, "connect"), new RecordedEvents(), options);
  await assert.rejects(dial(`unix:${folder}/nothing`), { code: "E_CONNECT", message: /no such socket/ });
  await assert.rejects(dial("tcp://nobody.invalid:9"), { code: "E_CONNECT" });
  await assert.rejects(dial(listener.address, { signal: AbortSignal.abort() }), { code: "E_INTERRUPTED" });
  // It listens, and never answers the handshake.
  const sealed = listener.address.replace("tcp", "tls");
  await assert.rejects(dial(sealed, { timeoutMs: 50 }), { code: "E_CONNECT", message: /no answer within 0.05 s/ });
});

const unixPaths = { skip: process.platform === "win32" && "no such paths" };

test("a socket file that somebody answers on is not taken; one that is stale is", unixPaths, async (t) => {
  const address: RawAddress = { scheme: "unix", path: join(scratch(t), "door") };
  const first = await listenRaw(address, new RecordedEvents());
  const taken = {
    code: "E_LISTEN",
    message: /: something is there already, a file or a socket in use; choose another path$/,
  };
  await assert.rejects(listenRaw(address, new RecordedEvents()), taken);
  const caller = await connectRaw(address, new RecordedEvents());
  await caller.close();
  await first.close();
  assert.ok(!existsSync(address.path));
  const script = `require("net").createServer().listen(${JSON.stringify(address.path)}, () => process.kill(process.pid, 9))`;
  spawnSync(process.execPath, ["-e", script]);
  assert.ok(existsSync(address.path));
  const second = await listenRaw(address, new RecordedEvents());
  await second.close();
});
