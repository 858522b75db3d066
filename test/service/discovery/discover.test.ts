import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import bonjour, { type Service } from "bonjour-service";
import { type DiscoverOptions, discover, type FoundServer } from "../../../src/service/discovery/discover.js";
import { discoveryGroup, discoveryPort } from "../../../src/service/discovery/discovery-place.js";
import { browseDnsSd } from "../../../src/service/discovery/dns-sd.js";
import { type UdpAddress, UdpPort } from "../../../src/transport/udp-port.js";
import { formatSampanDatagram } from "../../../src/wire/datagram/sampan-datagram.js";
import type { ServerFacts } from "../../../src/wire/datagram/server-facts.js";
import { maxFoundServers } from "../../../src/wire/limits.js";
import { serveFolders } from "./served-folders.js";

/** Looks around until `wanted` servers that `isOurs` are found: others may be on this network. */
async function look(isOurs: (server: FoundServer) => boolean, wanted: number, options: DiscoverOptions = {}) {
  const found: FoundServer[] = [];
  for await (const server of discover({ forMs: 20_000, ...options })) {
    if (isOurs(server)) found.push(server);
    if (found.length >= wanted) break;
  }
  return found;
}

test("three servers on one machine are found, each once, with what they offer", async (t) => {
  const servers = await serveFolders(t, ["films", "notes", "日本語"]);
  const ids = servers.map(({ announcement }) => announcement.facts.id);
  const found = await look(({ id }) => ids.includes(id), 3);
  assert.deepEqual(found.map(({ folder }) => folder).sort(), ["films", "notes", "日本語"]);
  for (const { id, addresses, port, udpPort, fingerprint, offers, pairing } of found) {
    const server = servers[ids.indexOf(id)];
    assert.ok(server);
    assert.equal(port, server.port);
    assert.equal(udpPort, server.udpPort);
    assert.equal(fingerprint, server.fingerprint);
    assert.deepEqual(addresses, ["127.0.0.1"]);
    assert.ok(offers.includes("files"));
    assert.equal(pairing, false);
  }
});

test("a hidden server is not found, nor does its UDP port tell of it", async (t) => {
  const [hidden] = await serveFolders(t, ["hidden"], { announced: false });
  const [seen] = await serveFolders(t, ["seen"]);
  assert.ok(hidden && seen);
  const nonce = new Uint8Array(8);
  const answers: string[] = [];
  const port = await UdpPort.open({
    host: "127.0.0.1",
    port: 0,
    onDatagram: (_bytes, from) => {
      answers.push(`${from.port}`);
      answered();
    },
  });
  t.after(() => port.close());
  let answered = () => {};
  const heard = new Promise<void>((resolve) => {
    answered = resolve;
  });
  // Both are asked at their own port, the hidden one first: when the other has answered, it would have.
  for (const server of [hidden, seen]) {
    port.send(formatSampanDatagram("who", nonce), { address: "127.0.0.1", port: server.udpPort ?? 0 });
  }
  await heard;
  assert.deepEqual(answers, [`${seen.udpPort}`]);
  const both = [hidden, seen].map(({ announcement }) => announcement.facts.id);
  const found = await look(({ id }) => both.includes(id), 2, { forMs: 1000 });
  assert.deepEqual(
    found.map(({ id }) => id),
    [seen.announcement.facts.id],
  );
});

test("what is announced changes while the server runs, in answers and by DNS-SD", async (t) => {
  const [server] = await serveFolders(t, ["films"]);
  assert.ok(server);
  const { id } = server.announcement.facts;
  const told = new Map<boolean, () => void>();
  const bySd = (pairing: boolean) => new Promise<void>((resolve) => void told.set(pairing, resolve));
  const [closed, open] = [bySd(false), bySd(true)];
  const browse = async () =>
    browseDnsSd(true, (facts: ServerFacts) => {
      if (facts.id === id) told.get(facts.pairing)?.();
    });
  const stopFirst = await browse();
  t.after(stopFirst);
  await closed;
  server.announcement.change({ pairing: true, nameplate: "7" });
  const [found] = await look((one) => one.id === id, 1);
  assert.deepEqual([found?.pairing, found?.nameplate], [true, "7"]);
  const stopSecond = await browse();
  t.after(stopSecond);
  await open;
  server.announcement.change({ pairing: false, nameplate: undefined });
  const [again] = await look((one) => one.id === id, 1);
  assert.deepEqual([again?.pairing, again?.nameplate], [false, undefined]);
});

test("bonjour's own browser sees a server, and sees it go", async (t) => {
  const [server] = await serveFolders(t, ["films.of.mine"]);
  assert.ok(server);
  const browser = new bonjour.Bonjour({ interface: "127.0.0.1", bind: "0.0.0.0" } as object);
  t.after(() => browser.destroy());
  const services = browser.find({ type: "sampan" });
  const isOurs = ({ port }: Service) => port === server.port;
  const seen = services.services.find(isOurs) ?? (await nextService(services, "up", isOurs));
  assert.equal(seen.type, "sampan");
  assert.match(seen.name, /^films-of-mine on /);
  assert.equal((seen.txt as Record<string, string>).fingerprint, server.fingerprint);
  const gone = nextService(services, "down", isOurs);
  await server.close();
  assert.equal((await gone).port, server.port);
});

async function nextService(browser: NodeJS.EventEmitter, event: string, isOurs: (service: Service) => boolean) {
  for (;;) {
    const [service] = (await once(browser, event)) as [Service];
    if (isOurs(service)) return service;
  }
}

/** Somebody on the network who answers every question with what `answersTo` makes of its nonce. */
async function stranger(t: TestContext, answersTo: (nonce: Uint8Array) => readonly Uint8Array[]): Promise<void> {
  const port: UdpPort = await UdpPort.open({
    host: discoveryGroup,
    port: discoveryPort,
    shared: true,
    onDatagram: (bytes, from) => {
      for (const answer of answersTo(bytes.subarray(5))) port.send(answer, from);
    },
  });
  t.after(() => port.close());
  port.join(discoveryGroup, "127.0.0.1");
}

const facts: ServerFacts = {
  id: "0123456789abcdef",
  name: "n",
  folder: "f",
  addresses: [],
  port: 1,
  offers: [],
  version: "1",
  fingerprint: "A".repeat(43),
  pairing: false,
};

function here(nonce: Uint8Array, body: unknown): Uint8Array {
  return formatSampanDatagram("here", nonce, Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
}

test("answers that are none are passed over, and honest ones beside them found", async (t) => {
  const id = `${process.pid}`.padStart(16, "0");
  await stranger(t, (nonce) => [
    here(nonce, "{"),
    here(nonce, "[".repeat(1000)),
    here(nonce, { ...facts, port: 70_000 }),
    here(nonce, { ...facts, id: "x" }),
    here(nonce, { ...facts, name: "n".repeat(65) }),
    here(nonce, { ...facts, addresses: Array(9).fill("1.1.1.1") }),
    here(nonce, { ...facts, __proto__: null, fingerprint: "short" }),
    here(new Uint8Array(8), { ...facts, id: "f".repeat(16) }),
    formatSampanDatagram("here"),
    Buffer.from("hello"),
    here(nonce, { ...facts, id, addresses: ["\x1b[2J", "192.0.2.9"], folder: "\x1b[31mred" }),
  ]);
  const strange = (server: FoundServer) => server.fingerprint === facts.fingerprint;
  const found = await look(strange, 1);
  assert.equal(found[0]?.id, id);
  // What came first has been read before it, in the order in which it was sent.
  assert.equal(found.length, 1);
  assert.deepEqual(found[0]?.addresses, ["127.0.0.1", "192.0.2.9"]);
});

test("a stranger who makes up thousands of servers is heard only so far", async (t) => {
  const wanted = maxFoundServers + 500;
  const over = new AbortController();
  let made = 0;
  const port: UdpPort = await UdpPort.open({
    host: discoveryGroup,
    port: discoveryPort,
    shared: true,
    onDatagram: (bytes, from) => {
      if (made === 0) void answer(bytes.subarray(5), from);
    },
  });
  t.after(() => port.close());
  port.join(discoveryGroup, "127.0.0.1");
  /** A few at a time, which fit into what a socket holds. */
  const answer = async (nonce: Uint8Array, to: UdpAddress): Promise<void> => {
    while (made < wanted) {
      for (let count = 0; count < 50; count++) {
        port.send(here(nonce, { ...facts, id: (made++).toString(16).padStart(16, "0") }), to);
      }
      await turns(2);
    }
    await turns(20);
    over.abort();
  };
  let found = 0;
  for await (const server of discover({ forMs: 60_000, signal: over.signal })) {
    if (server.fingerprint === facts.fingerprint) found++;
  }
  assert.ok(made >= wanted, "the stranger was asked");
  // Others on this network count, too.
  assert.ok(found <= maxFoundServers && found > maxFoundServers / 2, `${found} of ${made}`);
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
