import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { PartFile, TargetTree } from "../../src/session/ports.js";
import { bytes, entry, interrupted, MiB, open, put } from "./interrupted-part.js";
import { HeldCalls, slowClock } from "./replaced-call.js";
import { names, rejected, scratch } from "./scratch.js";

/** Opens files, which get the numbers that have just become free; tells whether anything was written to one. */
function foreignFiles(t: TestContext): () => number[] {
  const folder = scratch(t);
  const numbers = [1, 2, 3, 4, 5].map((name) => openSync(join(folder, String(name)), "w"));
  t.after(() => numbers.forEach(closeSync));
  return () => numbers.map((fd) => fstatSync(fd).size);
}

const untouched = [0, 0, 0, 0, 0];

test("a block that is being written when the file is thrown away is noted nowhere", async (t) => {
  const target = open(t, scratch(t));
  const writes = new HeldCalls(t, "write");
  slowClock(t);
  const part = await target.begin("big", entry);
  await put(part, 0);
  await put(part, 1);
  const came = writes.hold();
  const writing = put(part, 2);
  await came;
  part.discard();
  const sizes = foreignFiles(t);
  writes.release();
  await rejected("E_LOCAL_FILE", writing);
  assert.deepEqual(sizes(), untouched);
});

test("zeros that are being looked for when the file is thrown away are noted nowhere", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const target = open(t, root);
  const reads = new HeldCalls(t, "read");
  slowClock(t);
  const part = await target.begin("big", entry);
  const came = reads.hold();
  const writing = part.write(1, "zero", MiB, MiB, Buffer.alloc(32));
  await came;
  part.discard();
  const sizes = foreignFiles(t);
  reads.release();
  await rejected("E_LOCAL_FILE", writing);
  assert.deepEqual(sizes(), untouched);
});

async function committing(target: TargetTree, syncs: HeldCalls): Promise<{ part: PartFile; commit: Promise<void> }> {
  const part = await target.begin("big", entry);
  for (const index of [0, 1, 2, 3]) await put(part, index);
  const came = syncs.hold();
  const commit = part.commit(bytes, Buffer.alloc(32));
  commit.catch(() => undefined);
  await came;
  return { part, commit };
}

test("a file that is thrown away during its last sync does not give its name to the one begun after it", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const syncs = new HeldCalls(t, "fsync");
  const { part, commit } = await committing(target, syncs);
  part.discard();
  const next = await target.begin("big", entry);
  syncs.release();
  await assert.rejects(commit);
  assert.deepEqual(names(root), [".sampan"]);
  await rejected("E_BUSY", open(t, root).begin("big", entry));
  await next.close();
});

test("a commit that fails after the file was let go leaves the lock to whoever has it now", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const syncs = new HeldCalls(t, "fsync");
  const { part, commit } = await committing(target, syncs);
  await part.close();
  const next = await target.begin("big", entry);
  syncs.release();
  await assert.rejects(commit);
  await part.close();
  await rejected("E_BUSY", open(t, root).begin("big", entry));
  await next.close();
});
