import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "./interrupted-part.js";
import { replaceCall, slowClock } from "./replaced-call.js";
import { names, scratch, whole } from "./scratch.js";

test("however many batches wait for a slow disk, few files are open", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  let mostOpen = 0;
  slowClock(t);
  replaceCall(t, "fdatasync", (original) => (fd: number, done: () => void) => {
    mostOpen = Math.max(mostOpen, names(join(root, ".sampan")).length);
    original(fd, done);
  });
  const batches = Array.from({ length: 10 }, (_, batch) =>
    Array.from({ length: 150 }, (_, at) => whole(`${batch}-${at}`, "x")),
  );
  const problems = await Promise.all(batches.map((files) => target.writeWhole(files)));
  assert.deepEqual(problems.flat(), []);
  assert.equal(names(root).length, 1501);
  assert.ok(mostOpen > 100 && mostOpen < 300, `${mostOpen} were open`);
});
