import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, entry, heldBy, interrupted, open, put } from "./interrupted-part.js";
import { FailingSyncs, HeldCalls, slowClock } from "./replaced-call.js";
import { names, rejected, scratch } from "./scratch.js";

const stepMs = 10_000;

test("a sync that failed in the background is told at the end, and what it was about comes again", async (t) => {
  const root = scratch(t);
  slowClock(t, stepMs);
  // After each sync of the part that succeeds comes one of the journal.
  const syncs = new FailingSyncs(t, "fdatasync", [3]);
  const part = await open(t, root).begin("big", entry);
  await put(part, 0);
  await syncs.over(2);
  await put(part, 1);
  await syncs.over(3);
  await put(part, 2);
  await syncs.over(5);
  await put(part, 3);
  await rejected("E_LOCAL_FILE", part.commit(bytes, Buffer.alloc(32)), /input\/output error/);
  await rejected("E_LOCAL_FILE", part.commit(bytes, Buffer.alloc(32)), /input\/output error/);
  await part.close();
  assert.deepEqual(names(root), [".sampan"]);
  assert.deepEqual(await heldBy(t, root), [0, 2, 3]);
});

test("a block that was being written when a sync failed comes again as well", async (t) => {
  const root = scratch(t);
  slowClock(t, stepMs);
  const syncs = new FailingSyncs(t, "fdatasync", [3]);
  const writes = new HeldCalls(t, "write");
  const part = await open(t, root).begin("big", entry);
  await put(part, 0);
  await syncs.over(2);
  await put(part, 1);
  const came = writes.hold();
  const writing = put(part, 2);
  await Promise.all([came, syncs.over(3)]);
  writes.release();
  await writing;
  await put(part, 3);
  await part.close();
  assert.deepEqual(await heldBy(t, root), [0, 3]);
});

test("what an earlier run wrote and did not sync comes again when the first sync of the next one fails", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  slowClock(t, stepMs);
  const syncs = new FailingSyncs(t, "fdatasync", [1]);
  const part = await open(t, root).begin("big", entry);
  assert.equal(part.held.size, 2);
  await put(part, 1);
  await syncs.over(1);
  await put(part, 3);
  await part.close();
  assert.deepEqual(await heldBy(t, root), [3]);
});

test("when the last sync fails, only what was synced before counts", async (t) => {
  const root = scratch(t);
  slowClock(t, stepMs);
  const syncs = new FailingSyncs(t, "fdatasync", []);
  const last = new FailingSyncs(t, "fsync", [1]);
  const part = await open(t, root).begin("big", entry);
  await put(part, 0);
  await syncs.over(2);
  t.mock.restoreAll();
  for (const index of [1, 2, 3]) await put(part, index);
  await rejected("E_LOCAL_FILE", part.commit(bytes, Buffer.alloc(32)), /input\/output error/);
  await last.over(1);
  await part.close();
  assert.deepEqual(names(root), [".sampan"]);
  assert.deepEqual(await heldBy(t, root), [0]);
});
