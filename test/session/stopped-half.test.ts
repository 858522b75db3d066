import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../src/session/files/progress.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { MemoryDisk } from "./memory-disk.js";
import { file, folder } from "./memory-tree.js";
import { noise } from "./random-tree.js";
import { codeOfRejection, get, type Parties, put, serving } from "./two-parties.js";

const closed = () => new SampanError("E_BUG", "a folder is used after it was closed");

const failures = (events: readonly FilesEvent[]) =>
  events.flatMap((event) => (event.event === "file-end" && event.error ? [event.error.code] : []));

/** Files below "from", of which `disk` has those with other times if `old`. */
function manyFiles(old = false): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  for (let count = 0; count < 40; count++) disk.nodes.set(`from/${count}`, file(noise(10, count), old ? 5 : 6));
  return disk;
}

async function cutAt(parties: Parties, transfer: Promise<unknown>): Promise<void> {
  assert.equal(await codeOfRejection(transfer), "E_CONNECTION_LOST");
  await parties.clock.pass(10_000);
}

test("a sender whose connection is lost says nothing of what its walk meets afterwards", async () => {
  const parties = serving(new MemoryDisk());
  const connection = await parties.dial();
  const events: FilesEvent[] = [];
  const pause = () => new Promise<void>((resolve) => void parties.clock.after(100, resolve));
  const problems = [{ path: "later", error: closed() }];
  parties.clock.after(150, () => parties.pairs[0]?.cut());
  await cutAt(parties, put(parties, connection, manyFiles(), { events, source: { batch: 41, pause, problems } }));
  assert.deepEqual(failures(events), []);
});

test("a receiver whose connection is lost says nothing of comparisons that come to nothing afterwards", async () => {
  const parties = serving(manyFiles());
  const connection = await parties.dial();
  const events: FilesEvent[] = [];
  const here = manyFiles(true);
  let fail: (error: SampanError) => void = () => {};
  here.slowness = () => new Promise<void>((_, reject) => void (fail = reject));
  parties.clock.after(150, () => parties.pairs[0]?.cut());
  parties.clock.after(200, () => fail(closed()));
  await cutAt(parties, get(parties, connection, here, ["from"], { receive: { checksum: true }, events }));
  assert.deepEqual(failures(events), []);
});
