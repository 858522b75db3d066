import assert from "node:assert/strict";
import { test } from "node:test";
import { freeMemberName, memberName, roomName } from "../../../src/session/chat/chat-name.js";
import { encodeMessage, MessageDecoder } from "../../../src/wire/message.js";
import { refused } from "../../refused.js";
import { ChatParty, Visitor } from "./chat-party.js";

test("members hear what is said, who came, who left and who types, and the speaker is acknowledged", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  const bob = await new Visitor(party, "bob").enter();
  const said = ann.say("hello 世界");
  bob.visitor.typing();
  await party.clock.pass(100);
  assert.deepEqual(await said, { seq: 1, kept: true });
  assert.deepEqual(bob.heard, ["ann: hello 世界"]);
  assert.deepEqual(ann.heard, bob.heard);
  assert.deepEqual([ann.last("said")?.mine, bob.last("said")?.mine], [true, false]);
  assert.equal(ann.last("came")?.name, "bob");
  assert.equal(ann.last("typing")?.name, "bob");
  assert.equal(bob.last("typing"), undefined);
  bob.visitor.leave();
  await party.clock.pass(100);
  assert.ok(bob.hasEnded);
  assert.equal(ann.last("left")?.name, "bob");
  assert.deepEqual([...ann.visitor.members], ["ann"]);
});

test("a taken name gets a number, whatever its case, and a crowd that comes is told of in few messages", async () => {
  const party = new ChatParty();
  const first = await new Visitor(party, "Ann").enter();
  const names = ["ann", "ANN", "x", "y", "z"];
  const crowd = await Promise.all(names.map((name, index) => new Visitor(party, name, 0, `client ${index}`).enter()));
  await party.clock.pass(100);
  assert.deepEqual(
    crowd.map(({ visitor }) => visitor.name),
    ["ann-2", "ANN-3", "x", "y", "z"],
  );
  assert.deepEqual([...first.visitor.members].sort(), ["ANN-3", "Ann", "ann-2", "x", "y", "z"]);
});

test("whoever comes later hears the end of the history first, then what is said", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  for (let number = 1; number <= 30; number++) void ann.say(`${number}`);
  await party.clock.pass(10);
  const bob = await new Visitor(party, "bob", 20).enter();
  void ann.say("now");
  await party.clock.pass(10);
  assert.deepEqual(bob.heard, [...Array.from({ length: 20 }, (_, index) => `ann: ${index + 11}`), "ann: now"]);
  const order = bob.events.map(({ event }) => event);
  assert.equal(order.indexOf("caught-up"), 21);
});

test("after a lost connection nothing is lost and nothing doubled, wherever it broke", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const party = new ChatParty(seed);
    const ann = await new Visitor(party, "ann").enter();
    const bob = await new Visitor(party, "bob").enter();
    const told: Promise<unknown>[] = [];
    for (let round = 0; round < 8; round++) {
      for (let number = 0; number < 5; number++) {
        told.push(ann.say(`${round}-${number}`));
        if (number === 2) void bob.say(`${round}`);
        if ((seed + round + number) % 4 === 0) ann.cut();
        if ((seed * 7 + round + number) % 5 === 0) bob.cut();
        // Another tick each time: the break falls between other bytes.
        await party.clock.pass((seed + number) % 3);
      }
      for (const one of [ann, bob]) if (!one.visitor.isJoined) await one.enter();
    }
    for (const one of [ann, bob]) if (one.visitor.unacknowledged > 0) await one.enter();
    await party.clock.pass(100);
    await Promise.all(told);
    const kept = party.history.list.map(({ from, text }) => `${from}: ${new TextDecoder().decode(text)}`);
    assert.equal(new Set(kept).size, 48, `seed ${seed}`);
    assert.equal(kept.length, 48, `seed ${seed}`);
    assert.deepEqual(ann.heard, kept, `seed ${seed}`);
    assert.deepEqual(bob.heard, kept, `seed ${seed}`);
    assert.deepEqual([ann.visitor.name, bob.visitor.name], ["ann", "bob"]);
  }
});

test("a message that is said again under its number is dropped, and acknowledged", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  const { near } = party.parties.link();
  const kinds: string[] = [];
  const decoder = new MessageDecoder();
  near.onBytes = (chunk) => decoder.push(chunk, ({ header }) => void kinds.push(header.kind));
  near.send(encodeMessage({ kind: "hello", versions: [1], token: "good" }));
  near.send(encodeMessage({ kind: "chat", room: "tea", name: "bob", client: "c" }));
  await party.clock.pass(100);
  for (const id of [1, 2, 1, 2, 3]) near.send(encodeMessage({ kind: "say", id }, Uint8Array.of(0x60 + id)));
  await party.clock.pass(10);
  assert.deepEqual(ann.heard, ["bob: a", "bob: b", "bob: c"]);
  assert.deepEqual(kinds.slice(-5), ["said", "said", "heard", "heard", "said"]);
});

test("a client that comes back before its old connection is found lost takes its own place", async () => {
  const party = new ChatParty();
  const bob = await new Visitor(party, "bob").enter();
  const ann = await new Visitor(party, "ann").enter();
  party.parties.pairs.at(-1)?.silence();
  ann.visitor.detach();
  await ann.enter();
  await party.clock.pass(100);
  assert.equal(ann.visitor.name, "ann");
  assert.equal(bob.events.filter(({ event }) => event === "left").length, 0);
  assert.deepEqual([...bob.visitor.members].sort(), ["ann", "bob"]);
});

test("what was said while somebody was away and is forgotten is counted", async () => {
  const party = new ChatParty();
  party.history.most = 10;
  const ann = await new Visitor(party, "ann").enter();
  const bob = await new Visitor(party, "bob").enter();
  void ann.say("first");
  await party.clock.pass(10);
  bob.cut();
  for (let number = 0; number < 25; number++) void ann.say(`${number}`);
  await party.clock.pass(10);
  await bob.enter();
  assert.equal(bob.last("joined")?.missed, 15);
  assert.equal(bob.heard.length, 11);
});

test("after a restart that lost messages, their numbers come again and are heard", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  const bob = await new Visitor(party, "bob").enter();
  for (const text of ["kept", "lost", "lost, too"]) void ann.say(text);
  await party.clock.pass(10);
  for (const one of [ann, bob]) one.cut();
  party.history.list.splice(1);
  party.history.lastSeq = 1;
  party.restart("second");
  await ann.enter();
  void ann.say("new");
  await party.clock.pass(10);
  await bob.enter();
  assert.deepEqual(bob.heard, ["ann: kept", "ann: lost", "ann: lost, too", "ann: new"]);
});

test("whoever is too fast is slowed down, told so, and loses nothing", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  const bob = await new Visitor(party, "bob").enter();
  const startedMs = party.clock.nowMs();
  const told = Array.from({ length: 1000 }, (_, number) => ann.say(`${number}`));
  await party.clock.until(Promise.all(told));
  await party.clock.pass(10);
  const seconds = (party.clock.nowMs() - startedMs) / 1000;
  assert.ok(seconds > 5 && seconds < 8, `${seconds} s`);
  assert.ok(ann.last("slow-down"));
  assert.equal(bob.heard.length, 1000);
  assert.equal(party.held.bytes, 0);
});

test("a member who does not read is put out with E_TOO_SLOW, comes back, and the others are unharmed", async () => {
  const party = new ChatParty();
  const ann = await new Visitor(party, "ann").enter();
  const bob = await new Visitor(party, "bob").enter();
  const stuck = party.parties.link();
  let bytes = 0;
  stuck.near.onBytes = (chunk) => {
    bytes += chunk.length;
  };
  stuck.near.send(encodeMessage({ kind: "hello", versions: [1], token: "good", pings: false }));
  stuck.near.send(encodeMessage({ kind: "chat", room: "tea", name: "stuck", client: "c", history: 0 }));
  await party.clock.pass(10);
  assert.ok(bytes > 0 && party.room.members.includes("stuck"));
  stuck.near.pause();
  const text = "x".repeat(500_000);
  for (let number = 0; number < 12; number++) void ann.say(text);
  await party.clock.pass(15_000);
  assert.deepEqual(party.room.members, ["ann", "bob"]);
  assert.equal(bob.heard.length, 12);
  assert.equal(bob.last("left")?.name, "stuck");
  assert.ok(stuck.far.queuedBytes < 1_000_000);
});

test("what a chat does not allow ends the connection", async () => {
  const cases: [string, Parameters<typeof encodeMessage>[0], Uint8Array?][] = [
    ["E_PROTOCOL", { kind: "say", id: 1 }, Uint8Array.of(0xff, 0xfe)],
    ["E_PROTOCOL", { kind: "say" }, Uint8Array.of(0x61)],
    ["E_PROTOCOL", { kind: "said", id: 1 }],
    ["E_UNSAFE_NAME", { kind: "say", id: 1, file: { name: "../x", bytes: 1 } }],
    ["E_UNSAFE_NAME", { kind: "say", id: 1, file: { name: "..", bytes: 1 } }],
    ["E_TOO_LARGE", { kind: "say", id: 1, file: { name: "x".repeat(300), bytes: 1 } }],
  ];
  for (const [code, header, body] of cases) {
    const party = new ChatParty();
    const ann = await new Visitor(party, "ann").enter();
    const connection = party.parties.pairs.at(-1);
    connection?.near.send(encodeMessage(header, body));
    await party.clock.pass(10);
    assert.equal(party.parties.refused[0]?.code, code, JSON.stringify(header));
    assert.deepEqual(party.room.members, []);
    assert.equal(ann.visitor.isJoined, false);
  }
});

test("more messages than the window holds, while they have to wait, end the connection", async () => {
  const party = new ChatParty();
  await new Visitor(party, "ann").enter();
  const link = party.parties.pairs.at(-1)?.near;
  for (let id = 1; id < 1000; id++) link?.send(encodeMessage({ kind: "say", id }, Uint8Array.of(0x61)));
  await party.clock.pass(10);
  assert.equal(party.parties.refused[0]?.code, "E_TOO_LARGE");
  assert.equal(party.held.bytes, 0);
});

test("names of rooms and members are checked", () => {
  assert.equal(roomName("Builds"), "builds");
  assert.equal(roomName("聊天-1.x_y"), "聊天-1.x_y");
  assert.equal(roomName("e\u0301te\u0301"), "été");
  for (const bad of [
    "",
    ".",
    "..",
    ".hidden",
    "-x",
    "a/b",
    "a\\b",
    "a b",
    "a.",
    "x".repeat(65),
    "a\u202eb",
    "a\nb",
    "a:b",
  ])
    refused("E_USAGE", () => roomName(bad));
  assert.equal(memberName("  Ann Bee "), "Ann Bee");
  for (const bad of ["", "  ", "a\nb", "\x1b[31m", "a\u202eb", "x".repeat(65)])
    refused("E_USAGE", () => memberName(bad));
  const taken = new Set(["x".repeat(64), `${"x".repeat(62)}-2`]);
  assert.equal(
    freeMemberName("x".repeat(64), (key) => taken.has(key)),
    `${"x".repeat(62)}-3`,
  );
});
