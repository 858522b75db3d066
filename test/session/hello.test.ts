import assert from "node:assert/strict";
import { test } from "node:test";
import type { RequestHandler } from "../../src/session/served-connection.js";
import { encodeMessage, MessageDecoder } from "../../src/wire/message.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { codeOfRejection, Parties } from "./two-parties.js";

const echo: RequestHandler = {
  right: "read",
  endsConnection: false,
  async handle({ header }, { channel }) {
    if (header.fail) throw new SampanError("E_NOT_FOUND", "as was asked for");
    channel.send({ kind: "end", said: header.say });
  },
};

const parties = () => new Parties({ seed: 1, handlers: new Map([["echo", echo]]) });

/** Speaks to the server without a PeerConnection; gives the kinds, or codes of errors, that it answers. */
async function raw(world: Parties, messages: Uint8Array[], ms: number): Promise<{ heard: string[]; closed: boolean }> {
  const { near } = world.link();
  const heard: string[] = [];
  let closed = false;
  const decoder = new MessageDecoder();
  near.onBytes = (chunk) =>
    decoder.push(chunk, ({ header }) => void heard.push(String(header.code ?? header.said ?? header.kind)));
  near.onClose = () => {
    closed = true;
    near.end();
  };
  for (const message of messages) near.send(message);
  await world.clock.pass(ms);
  return { heard, closed };
}

const hello = (more: object = {}) => encodeMessage({ kind: "hello", versions: [1], token: "good", ...more });

test("a good hello gives the rights and the digest", async () => {
  const { welcome } = await parties().dial();
  assert.deepEqual([...welcome.rights], ["read", "write"]);
  assert.equal(welcome.digest.name, "sha256");
  assert.equal(welcome.agent, "server");
  assert.equal(welcome.pings, true);
});

test("a wrong token is refused with E_TOKEN", async () => {
  const world = parties();
  assert.equal(await codeOfRejection(world.dial({ token: "bad" })), "E_TOKEN");
  assert.deepEqual(
    world.refused.map(({ code }) => code),
    ["E_TOKEN"],
  );
});

test("no version or no digest in common is E_VERSION, anything else first E_PROTOCOL", async () => {
  for (const [message, code] of [
    [hello({ versions: [2, "1"] }), "E_VERSION"],
    [hello({ digests: ["md5"] }), "E_VERSION"],
    [hello({ versions: 1 }), "E_PROTOCOL"],
    [hello({ token: "x".repeat(300) }), "E_TOO_LARGE"],
    [encodeMessage({ kind: "get", paths: [""] }), "E_PROTOCOL"],
  ] as const) {
    const world = parties();
    assert.deepEqual(await raw(world, [message], 5000), { heard: [code], closed: true });
    assert.deepEqual(
      world.refused.map((error) => error.code),
      [code],
    );
  }
});

test("a server that hears no hello puts the caller out after ten seconds, and not before", async () => {
  assert.deepEqual(await raw(parties(), [hello().subarray(0, 20)], 9900), { heard: [], closed: false });
  assert.deepEqual(await raw(parties(), [hello().subarray(0, 20)], 10_100), { heard: ["E_TIMED_OUT"], closed: true });
});

test("a client that hears no welcome gives up with E_SILENT", async () => {
  const world = parties();
  const opening = codeOfRejection(world.open({ back: { silentAfterBytes: 0 } }));
  const before = world.clock.nowMs();
  assert.equal(await world.clock.until(opening), "E_SILENT");
  assert.equal(world.clock.nowMs() - before, 10_000);
});

test("pipelined requests are answered in order, failures and unknown kinds among them, and the connection goes on", async () => {
  const say = (word: string, more: object = {}) => encodeMessage({ kind: "echo", say: word, ...more });
  const unknown = encodeMessage({ kind: "dance" });
  const sent = [hello(), say("a"), say("b", { fail: true }), unknown, say("c")];
  assert.deepEqual(await raw(parties(), sent, 100), {
    heard: ["welcome", "a", "E_NOT_FOUND", "E_UNKNOWN_KIND", "c"],
    closed: false,
  });
});

test("a call gives the end, or rejects with what the server said, and the connection serves the next", async () => {
  const world = parties();
  const connection = await world.dial();
  const call = (more: object) => world.clock.until(connection.call({ kind: "echo", ...more }, () => {}));
  assert.equal((await call({ say: "one" })).said, "one");
  assert.equal(await codeOfRejection(call({ fail: true })), "E_NOT_FOUND");
  assert.equal((await call({ say: "two" })).said, "two");
});

test("a connection on which nothing is asked is closed after five minutes", async () => {
  assert.equal((await raw(parties(), [hello()], 299_000)).closed, false);
  assert.deepEqual(await raw(parties(), [hello()], 301_000), { heard: ["welcome"], closed: true });
});

test("however a connection ends, that it is over is said once", async () => {
  const failing: RequestHandler = {
    right: "read",
    endsConnection: false,
    async handle(_request, { channel }) {
      channel.fail(new SampanError("E_UNSUPPORTED", "this conversation ends the connection by itself"));
      await new Promise(() => {});
    },
  };
  const handlers = new Map([
    ["echo", echo],
    ["fail", failing],
  ]);
  const ends: [string, Uint8Array[], ((world: Parties) => void)?][] = [
    ["nothing is asked", [hello()]],
    ["a conversation fails it", [hello(), encodeMessage({ kind: "fail" })]],
    ["it is refused", [hello({ token: "bad" })]],
    ["the peer goes", [hello()], (world) => world.pairs[0]?.near.destroy()],
    ["the line is cut", [hello()], (world) => world.pairs[0]?.cut()],
    [
      "the server closes",
      [hello()],
      (world) => world.served[0]?.close(new SampanError("E_CONNECTION_LOST", "closing")),
    ],
  ];
  for (const [what, messages, end] of ends) {
    const world = new Parties({ handlers });
    await raw(world, messages, 100);
    end?.(world);
    await world.clock.pass(400_000);
    assert.equal(world.closed, 1, what);
  }
});

test("more than 64 requests at once end the connection", async () => {
  const slow: RequestHandler = { right: "read", endsConnection: false, handle: () => new Promise(() => {}) };
  const world = new Parties({ handlers: new Map([["slow", slow]]) });
  const many = (count: number) => Array.from({ length: count }, () => encodeMessage({ kind: "slow" }));
  const { heard } = await raw(world, [hello(), ...many(65)], 1000);
  assert.ok(!heard.includes("E_TOO_LARGE"));
  const more = await raw(world, [hello(), ...many(66)], 1000);
  assert.ok(more.heard.includes("E_TOO_LARGE"));
});

test("a stranger's messages get no bodies, and are not read while its token is looked at", async () => {
  const body = new Uint8Array(1_000_000);
  for (const first of [
    encodeMessage({ kind: "hello", versions: [1], token: "good" }, body),
    encodeMessage({ kind: "x" }, body),
  ]) {
    const world = parties();
    const { near } = world.link();
    near.send(first.subarray(0, 200));
    await world.clock.pass(10);
    assert.deepEqual(
      world.refused.map(({ code }) => code),
      ["E_PROTOCOL"],
    );
  }
  const known = await raw(parties(), [hello(), encodeMessage({ kind: "echo", say: "x" }, body)], 10);
  assert.equal(known.heard[1], "E_PROTOCOL");
  // The token check takes a second: what comes meanwhile stays at the sender.
  const world = parties();
  world.authenticateMs = 1000;
  const { near } = world.link();
  near.send(hello());
  await world.clock.pass(10);
  for (let count = 0; count < 200; count++) near.send(encodeMessage({ kind: "echo", say: "y".repeat(30_000) }));
  await world.clock.pass(500);
  assert.ok(near.queuedBytes > 5_000_000, `${near.queuedBytes} bytes wait at the stranger's`);
  assert.deepEqual(world.refused, []);
});
