import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "../../src/wire/hex.js";
import type { Header, Message } from "../../src/wire/message.js";
import { sha256 } from "../store/scratch.js";
import { MemoryDisk, memoryStore } from "./memory-disk.js";
import { file, folder, MemorySource } from "./memory-tree.js";
import { Parties } from "./two-parties.js";

const MiB = 1024 * 1024;
const files = 300;

/** A server of many large files, and a receiver by hand that has been offered them. */
async function offered() {
  const disk = new MemoryDisk();
  const content = new Uint8Array(2 * MiB + 1).fill(7);
  disk.nodes.set("from", folder());
  for (let count = 0; count < files; count++) disk.nodes.set(`from/${String(count).padStart(3, "0")}`, file(content));
  const source = new MemorySource(disk.nodes, "from");
  const parties = new Parties({ store: { ...memoryStore(disk), source: () => source } });
  const heard: Message[] = [];
  const connection = await parties.dial();
  connection.enter({ onMessage: (message) => void heard.push(message), onClose: () => {} });
  const send = (header: Header, body?: Uint8Array) => connection.channel.send(header, body);
  const say = async (header: Header) => {
    send(header);
    await parties.clock.pass(100);
    return heard.splice(0).map((message) => message.header);
  };
  connection.channel.events.allocateData = (_header, size) => new Uint8Array(size);
  await say({ kind: "get", paths: ["from"] });
  return { disk, content, source, parties, say, send };
}

/** Ids of the files; the folder that holds them has the first. */
const ids = Array.from({ length: files }, (_, at) => at + 1);
const wants = (first: number) =>
  [ids.slice(0, 150), ids.slice(150)].map((some) => ({ kind: "want", parts: some.map((id) => [id, first, 1]) }));
const idsIn = (headers: readonly Header[]) =>
  headers.flatMap(({ kind, parts }) => (kind === "data" ? (parts as [number][]).map(([id]) => id) : []));

test("a receiver that asks a block of each of many files gets them, and few are open at once", async () => {
  const { source, say } = await offered();
  const heard: Header[] = [];
  for (const first of [2, 1]) for (const want of wants(first)) heard.push(...(await say(want)));
  assert.deepEqual(idsIn(heard), [...ids, ...ids]);
  assert.ok(source.mostOpenFiles <= 64, `${source.mostOpenFiles} were open at once`);
});

test("a file that is opened again has to be the version offered still", async () => {
  const { disk, content, say } = await offered();
  for (const want of wants(2)) await say(want);
  disk.nodes.set("from/000", file(content));
  const [failed, ...more] = await say({ kind: "want", parts: [[1, 0, 1]] });
  assert.deepEqual([failed?.kind, failed?.id, failed?.code, more], ["failed", 1, "E_SOURCE_CHANGED", []]);
});

test("files that are all said to be whole at once are looked at a few at a time", async () => {
  const { source, say, send } = await offered();
  for (const id of ids) send({ kind: "held", id, first: 0 }, new Uint8Array(3 * 32));
  const digest = toHex(sha256.hash(new Uint8Array(3 * 32)));
  for (const id of ids.slice(1)) send({ kind: "whole", parts: [[id, digest]] });
  const heard = await say({ kind: "whole", parts: [[1, digest]] });
  assert.deepEqual(new Set(heard.flatMap(({ ids: agreed }) => agreed)), new Set(ids));
  assert.ok(source.mostOpenFiles <= 64, `${source.mostOpenFiles} were open at once`);
});

test("nothing stays open when the receiver goes", async () => {
  const { source, send, parties } = await offered();
  for (const want of wants(0)) send(want);
  await parties.clock.pass(0);
  parties.pairs[0]?.cut();
  await parties.clock.pass(1000);
  assert.ok(source.mostOpenFiles > 0 && source.openFiles === 0, `${source.openFiles} are open`);
});
