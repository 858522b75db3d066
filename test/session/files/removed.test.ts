import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../../src/session/files/progress.js";
import { SendTally } from "../../../src/session/files/send-tally.js";
import type { TargetTree } from "../../../src/session/ports.js";
import { maxTransferEntries } from "../../../src/wire/limits.js";
import { type Message, MessageDecoder } from "../../../src/wire/message.js";
import { refused } from "../../refused.js";
import { MemoryDisk } from "../memory-disk.js";
import { file, folder, MemorySource } from "../memory-tree.js";
import { noise } from "../random-tree.js";
import { get, type Parties, type PutOptions, put, serving } from "../two-parties.js";
import { VirtualClock } from "../virtual-clock.js";

const asked = { delete: true, tellRemoved: true };

function source(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  disk.nodes.set("from/kept", file(noise(10, 1)));
  return disk;
}

/** A destination with so many files that the source does not have. */
function target(others: number): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  for (let count = 0; count < others; count++) disk.nodes.set(`from/old ${count}`, file(noise(10, 2)));
  return disk;
}

const removedOf = (events: readonly FilesEvent[]) =>
  events.flatMap((one) => (one.event === "file-end" && one.outcome === "removed" ? [one.path] : []));

/** What the server of these parties sends. */
function listen(parties: Parties): Message[] {
  const heard: Message[] = [];
  for (const { far } of parties.pairs) {
    const decoder = new MessageDecoder();
    const send = far.send.bind(far);
    far.send = (bytes, sent) => {
      decoder.push(bytes, (message) => heard.push(message));
      send(bytes, sent);
    };
  }
  return heard;
}

async function putTold(to: MemoryDisk, options: PutOptions) {
  const events: FilesEvent[] = [];
  const parties = serving(to);
  const connection = await parties.dial();
  const heard = listen(parties);
  const result = await put(parties, connection, source(), { ...options, events });
  const messages = heard.filter(({ header }) => header.kind === "removed");
  return { events, result, messages, kinds: heard.map(({ header }) => header.kind) };
}

for (const dryRun of [false, true]) {
  test(`a put names what the other end ${dryRun ? "would remove" : "removes"}, as a get does`, async () => {
    const to = target(2);
    const events: FilesEvent[] = [];
    const parties = serving(source());
    const receive = { removeOthers: true, dryRun };
    await get(parties, await parties.dial(), target(2), ["from"], { receive, events });
    const told = await putTold(to, { request: { ...asked, dryRun }, send: { tellRemoved: true } });
    assert.deepEqual(removedOf(told.events), ["from/old 0", "from/old 1"]);
    assert.deepEqual(removedOf(events), removedOf(told.events));
    assert.equal(told.result.removedFiles, 2);
    assert.equal(to.nodes.has("from/old 0"), dryRun);
    assert.deepEqual(told.kinds.slice(-3), ["removed", "got", "finish"]);
  });
}

test("what is removed is named as the sender names its sources, also where two of them share a place", async () => {
  const from = source();
  from.nodes.set("other", folder());
  const sources = [new MemorySource(from.nodes, "from"), new MemorySource(from.nodes, "other")];
  const request = { ...asked, to: "from", sources: [{ name: "a" }, { name: "", contents: true }, { name: "b" }] };
  const to = target(1);
  to.nodes.set("from/a", folder());
  to.nodes.set("from/a/old", file(noise(10, 2)));
  to.nodes.set("from/b", folder());
  to.nodes.set("from/b/old", file(noise(10, 2)));
  const all = [...sources, new MemorySource(from.nodes, "other")];
  const told = await putTold(to, { request, send: { tellRemoved: true, sources: all, names: ["a", "", "b"] } });
  assert.deepEqual(removedOf(told.events).sort(), ["a/old", "b/old", "old 0"]);
});

test("who has not asked is not told", async () => {
  const told = await putTold(target(2), { request: { delete: true } });
  assert.deepEqual(told.messages, []);
  assert.equal(told.result.removedFiles, 2);
});

test("tens of thousands come in messages of a bounded size, and none is left out", async () => {
  const to = target(0);
  const long = "x".repeat(1000);
  for (let count = 0; count < 20_000; count++) to.nodes.set(`from/${long}${count}`, file(noise(1, 3)));
  const told = await putTold(to, { request: asked, send: { tellRemoved: true } });
  assert.equal(removedOf(told.events).length, 20_000);
  assert.equal(told.result.removedFiles, 20_000);
  assert.ok(told.messages.length >= 40, `${told.messages.length} messages`);
  assert.ok(told.messages.every(({ body }) => body.length < 2 ** 19));
});

test("nothing more is removed when the sender is gone", async () => {
  const to = target(10_000);
  const parties = serving(to);
  const connection = await parties.dial();
  const [pair] = parties.pairs as [(typeof parties.pairs)[0]];
  const send = pair.far.send.bind(pair.far);
  pair.far.send = (bytes, sent) => {
    send(bytes, sent);
    if (Buffer.from(bytes).includes('"kind":"removed"')) pair.cut();
  };
  const putting = put(parties, connection, source(), { request: asked, send: { tellRemoved: true } });
  await assert.rejects(putting, { code: "E_CONNECTION_LOST" });
  await parties.clock.pass(20_000);
  assert.ok(to.nodes.size > 5000 && to.nodes.size < 10_000, `${to.nodes.size} are left`);
});

test("what was removed is told even if not all can be", async () => {
  const to = target(2);
  const honest = to.target.bind(to);
  to.target = () => {
    const tree: TargetTree = honest();
    const removeOthers = tree.removeOthers.bind(tree);
    tree.removeOthers = function* (...args) {
      yield* removeOthers(...args);
      throw Object.assign(new Error("cannot"), { code: "E_LOCAL_FILE" });
    };
    return tree as ReturnType<typeof honest>;
  };
  const events: FilesEvent[] = [];
  const parties = serving(to);
  const putting = put(parties, await parties.dial(), source(), {
    request: asked,
    send: { tellRemoved: true },
    events,
  });
  await assert.rejects(putting, { code: "E_BUG" });
  assert.deepEqual(removedOf(events), ["from/old 0", "from/old 1"]);
});

test("a sender takes no more removals than a transfer may have entries", () => {
  let told = 0;
  const tally = new SendTally(new VirtualClock(), () => void told++);
  const many = Array.from({ length: 4000 }, () => "x");
  for (let count = 0; count < maxTransferEntries / 4000; count++) tally.removed(many);
  assert.equal(told, maxTransferEntries);
  refused("E_TOO_LARGE", () => tally.removed(["one more"]));
  assert.equal(told, maxTransferEntries);
});
