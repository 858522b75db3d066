import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerConnection } from "../../src/session/peer-connection.js";
import { toHex } from "../../src/wire/hex.js";
import type { Header } from "../../src/wire/message.js";
import { sha256 } from "../store/scratch.js";
import { MemoryDisk } from "./memory-disk.js";
import { type Parties, serving } from "./two-parties.js";

const request = { kind: "put", to: "", sources: [{ name: "up" }], name: "the same command" };
const content = Buffer.from("abc");
const entry = { id: 0, type: "file", path: "", mode: 0o644, mtime: 0, bytes: content.length };
const data = { kind: "data", parts: [[0, 0, content.length, toHex(sha256.hash(content))]] };

/** A client that comes with the request, and what it hears. */
async function run(parties: Parties): Promise<{ heard: Header[]; connection: PeerConnection }> {
  const connection = await parties.dial();
  const heard: Header[] = [];
  connection.enter({ onMessage: ({ header }) => void heard.push(header), onClose: () => {} });
  connection.channel.send(request);
  await parties.clock.pass(100);
  return { heard, connection };
}

const kinds = (heard: readonly Header[]) => heard.map(({ kind, code }) => code ?? kind);

test("of two runs that wait for the same earlier one to let go, the later one goes on and the other is told", async () => {
  const disk = new MemoryDisk();
  let release: () => void = () => {};
  const written = new Promise<void>((resolve) => {
    release = resolve;
  });
  disk.slowness = () => written;
  const parties = serving(disk);
  const first = await run(parties);
  first.connection.channel.send({ kind: "offer" }, Buffer.from(JSON.stringify([entry])));
  await parties.clock.pass(100);
  first.connection.channel.send(data, content);
  await parties.clock.pass(100);
  const second = await run(parties);
  const third = await run(parties);
  assert.deepEqual([kinds(second.heard), kinds(third.heard)], [[], []], "the disk still has to take what came first");
  release();
  await parties.clock.pass(100);
  assert.deepEqual(kinds(second.heard), ["E_BUSY"]);
  assert.deepEqual(kinds(third.heard), ["ready"]);
  assert.equal(kinds(first.heard).at(-1), "E_BUSY");
});
