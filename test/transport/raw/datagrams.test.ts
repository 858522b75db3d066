import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { type TestContext, test } from "node:test";
import { parseAddress } from "../../../src/transport/raw/address.js";
import { type ConnectRawOptions, connectRaw } from "../../../src/transport/raw/connect-raw.js";
import type { RawConnection, RawEndpoint } from "../../../src/transport/raw/connection.js";
import { type ListenRawOptions, listenRaw } from "../../../src/transport/raw/listen-raw.js";
import type { SampanError } from "../../../src/wire/sampan-error.js";
import { RecordedEvents } from "./recorded-events.js";

interface Side {
  readonly endpoint: RawEndpoint;
  readonly events: RecordedEvents;
}

async function listen(t: TestContext, address: string, options: ListenRawOptions = {}): Promise<Side> {
  const events = new RecordedEvents();
  const endpoint = await listenRaw(parseAddress(address), events, options);
  t.after(() => endpoint.close());
  return { endpoint, events };
}

async function dial(t: TestContext, address: string, options: ConnectRawOptions = {}): Promise<Side> {
  const events = new RecordedEvents();
  const endpoint = await connectRaw(parseAddress(address, "connect"), events, options);
  t.after(() => endpoint.close());
  return { endpoint, events };
}

function first({ events }: Side): RawConnection {
  return events.connections[0] as RawConnection;
}

function sent(connection: RawConnection, bytes: Uint8Array): Promise<SampanError | undefined> {
  return new Promise((resolve) => connection.send(bytes, resolve));
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));
const onIpv6 = { skip: !hasIpv6 && "no IPv6 here" };

for (const [name, host, skip] of [
  ["IPv4", "127.0.0.1", false],
  ["IPv6", "[::1]", onIpv6.skip],
] as const) {
  test(`${name}: each address that sends is a connection, and each datagram a chunk`, { skip }, async (t) => {
    const there = await listen(t, `udp://${host}:0`);
    const [one, two] = [await dial(t, there.endpoint.address), await dial(t, there.endpoint.address)];
    assert.equal(await sent(first(one), Buffer.from("a")), undefined);
    await there.events.untilNoted("1 chunk");
    for (const text of ["b", "", "cc"]) first(two).send(Buffer.from(text));
    await there.events.until(() => there.events.bytes.get(2)?.length === 3);
    assert.deepEqual(there.events.bytes.get(2)?.map(String), ["b", "", "cc"]);
    assert.match(there.events.connections[1]?.peer ?? "", name === "IPv4" ? /^127\.0\.0\.1:\d+$/ : /^\[::1\]:\d+$/);
    there.events.connections[1]?.send(Buffer.from("for two"));
    await two.events.until(() => two.events.text(1) === "for two");
    assert.equal(one.events.text(1), "");
    assert.equal(there.endpoint.connections.size, 2);
    await there.endpoint.close();
    assert.deepEqual(there.events.story(2), ["opened", "closed"]);
    assert.deepEqual([there.endpoint.connections.size, two.events.story(1)], [0, ["opened"]]);
  });

  test(`${name}: the largest datagram goes, and one byte more is refused in words`, { skip }, async (t) => {
    const there = await listen(t, `udp://${host}:0`);
    const here = await dial(t, there.endpoint.address);
    const most = name === "IPv4" ? 65_507 : 65_527;
    const error = await sent(first(here), Buffer.alloc(most + 1));
    assert.equal(error?.code, "E_USAGE");
    assert.match(error?.message ?? "", new RegExp(`${most + 1} bytes cannot be sent; the most is ${most}`));
    assert.equal(await sent(first(here), Buffer.alloc(most, "x")), undefined);
    await there.events.untilNoted("1 chunk");
    assert.equal(there.events.text(1).length, most);
    assert.equal(first(here).queuedBytes, 0);
  });
}

test("that nobody listens is told, and what comes after it is sent all the same", async (t) => {
  const gone = await listen(t, "udp://:0");
  await gone.endpoint.close();
  const here = await dial(t, gone.endpoint.address);
  first(here).send(Buffer.from("into the void"));
  await here.events.untilNoted("1 trouble E_CONNECT");
  assert.deepEqual(here.events.story(1), ["opened", "trouble E_CONNECT"]);
  const back = await listen(t, gone.endpoint.address);
  assert.equal(await sent(first(here), Buffer.from("again")), undefined);
  await back.events.until(() => back.events.text(1) === "again");
});

test("a datagram that the system fails for an earlier one is sent all the same", async (t) => {
  const gone = await listen(t, "udp://:0");
  await gone.endpoint.close();
  const here = await dial(t, gone.endpoint.address);
  // On loopback the first one is refused before the second is given to the system.
  const all = await Promise.all(["1", "2", "3"].map((text) => sent(first(here), Buffer.from(text))));
  assert.deepEqual(all, [undefined, undefined, undefined]);
  await here.events.untilNoted("1 trouble E_CONNECT");
});

test("without an ear for trouble, the connection ends with it", async (t) => {
  const gone = await listen(t, "udp://:0");
  await gone.endpoint.close();
  const error = await new Promise<SampanError | undefined>((resolve, reject) => {
    const opened = (connection: RawConnection) => connection.send(Buffer.from("x"));
    const events = {
      opened,
      chunk: () => {},
      ended: () => {},
      closed: (_: RawConnection, why?: SampanError) => resolve(why),
    };
    connectRaw(parseAddress(gone.endpoint.address), events).catch(reject);
  });
  assert.equal(error?.code, "E_CONNECT");
  assert.match(error?.message ?? "", /nobody listens there/);
});

test("an address is forgotten when silent, and new again when it speaks", async (t) => {
  const there = await listen(t, "udp://:0", { idleMs: 20 });
  const here = await dial(t, there.endpoint.address);
  first(here).send(Buffer.from("1"));
  await there.events.untilNoted("1 closed");
  first(here).send(Buffer.from("2"));
  await there.events.until(() => there.events.text(2) === "2");
  const late = await sent(there.events.connections[0] as RawConnection, Buffer.from("x"));
  assert.equal(late?.code, "E_CONNECTION_LOST");
});

test("no more addresses are remembered than allowed; the rest is dropped and told once", async (t) => {
  const there = await listen(t, "udp://:0", { maxConnections: 1 });
  const [one, two] = [await dial(t, there.endpoint.address), await dial(t, there.endpoint.address)];
  first(one).send(Buffer.from("1"));
  await there.events.untilNoted("1 chunk");
  first(two).send(Buffer.from("2"));
  first(two).send(Buffer.from("3"));
  first(one).send(Buffer.from("4"));
  await there.events.until(() => there.events.text(1) === "14");
  assert.deepEqual(
    there.events.log.filter((line) => line.startsWith("refused")),
    ["refused E_BUSY 127.0.0.1"],
  );
});

test("a broadcast needs --broadcast, reaches the machine, and its answers come from their own addresses", async (t) => {
  const there = await listen(t, "udp://0.0.0.0:0");
  const to = `udp://127.255.255.255:${there.endpoint.port}`;
  await assert.rejects(dial(t, to), { code: "E_CONNECT", message: /only with --broadcast/ });
  const here = await dial(t, to, { broadcast: true });
  assert.equal(await sent(first(here), Buffer.from("who is here?")), undefined);
  await there.events.until(() => there.events.text(1) === "who is here?");
  there.events.connections[0]?.send(Buffer.from("I am"));
  await here.events.until(() => here.events.text(2) === "I am");
  assert.equal(here.events.connections[1]?.peer, `127.0.0.1:${there.endpoint.port}`);
  assert.equal(first(here).peer, `127.255.255.255:${there.endpoint.port}`);
});

const loopbackName = Object.entries(networkInterfaces()).find(([, list]) =>
  list?.some(({ internal }) => internal),
)?.[0];

for (const [name, group, skip] of [
  ["IPv4", "239.77.0.1", false],
  ["IPv6", "ff02::7700", onIpv6.skip],
] as const) {
  test(`${name}: a multicast reaches those who joined the group`, { skip }, async (t) => {
    const shown = group.includes(":") ? `[${group}]` : group;
    const options = { interface: loopbackName, join: [group] };
    const one = await listen(t, "udp://:0", options);
    assert.match(one.endpoint.address, group.includes(":") ? /^udp:\/\/\*:/ : /^udp:\/\/0\.0\.0\.0:/);
    const two = await listen(t, `udp://${shown}:${one.endpoint.port}`, { interface: loopbackName });
    const here = await dial(t, `udp://${shown}:${one.endpoint.port}`, { interface: loopbackName, ttl: 1 });
    const failed = await sent(first(here), Buffer.from("all"));
    if (/no route/.test(failed?.message ?? "")) return t.skip(`no route for ${name} multicasts over loopback here`);
    assert.equal(failed, undefined);
    await Promise.all([one, two].map(({ events }) => events.until(() => events.text(1) === "all")));
    one.events.connections[0]?.send(Buffer.from("one answers"));
    await here.events.until(() => here.events.text(2) === "one answers");
  });
}

test("groups and interfaces that are none are refused", async (t) => {
  const attempt = (options: ListenRawOptions, address = "udp://:0") => listen(t, address, options);
  await assert.rejects(attempt({ join: ["10.0.0.1"] }), { code: "E_USAGE", message: /not a multicast group/ });
  await assert.rejects(attempt({ join: ["239.0.0.1"], interface: "none0" }), { code: "E_USAGE", message: /none0/ });
  await assert.rejects(attempt({ join: ["ff02::1"] }, "udp://127.0.0.1:0"), { code: "E_USAGE", message: /not both/ });
});

test("* is every address, over IPv4 and IPv6", onIpv6, async (t) => {
  const there = await listen(t, "udp://*:0");
  for (const host of ["127.0.0.1", "[::1]"]) {
    const here = await dial(t, `udp://${host}:${there.endpoint.port}`);
    first(here).send(Buffer.from(host));
  }
  await there.events.until(() => there.events.text(1) + there.events.text(2) !== "" && there.events.bytes.size === 2);
  assert.deepEqual(
    there.events.connections.map(({ id, peer }) => peer.startsWith(there.events.text(id))),
    [true, true],
  );
});
