import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openLocalSource } from "../../src/store/local-tree.js";
import { refused } from "../refused.js";
import { fileOf, rejected, scratch } from "./scratch.js";

/** What may happen to the file `path` after it was offered, and what is said then. */
const changes: readonly [name: string, change: (path: string) => void, message: RegExp][] = [
  ["grown", (path) => appendFileSync(path, "more"), /grew from 7 to 11 bytes/],
  ["shrunk", (path) => truncateSync(path, 3), /shrank from 7 to 3 bytes/],
  ["rewritten", (path) => writeFileSync(path, "CONTENT"), /was changed/],
  ["removed", (path) => rmSync(path), /is gone/],
  ["changed in mode", (path) => chmodSync(path, 0o600), /was changed/],
  ["replaced", (path) => (writeFileSync(`${path}.new`, "CONTENT"), renameSync(`${path}.new`, path)), /was replaced/],
  ["replaced by a link", (path) => (renameSync(path, `${path}.old`), symlinkSync("file.old", path)), /was replaced/],
  ["replaced by a folder", (path) => (rmSync(path), mkdirSync(path)), /was replaced/],
];

for (const [name, change, message] of changes) {
  test(`a file that is ${name} after it was offered is not read as what was offered`, async (t) => {
    const root = scratch(t);
    const path = join(root, "file");
    writeFileSync(path, "content");
    const source = openLocalSource(root);
    t.after(() => source.close());
    const entry = await fileOf(source, "file");
    const opened = await source.open(entry);
    t.after(() => opened.close());
    await opened.check();
    change(path);
    refused("E_SOURCE_CHANGED", () => source.readSmall(entry, Buffer.alloc(20), 0), message);
    await rejected("E_SOURCE_CHANGED", source.open(entry), message);
    await rejected("E_SOURCE_CHANGED", opened.check(), message);
  });
}

test("a small file is read whole into its place, also an empty one", async (t) => {
  const root = scratch(t);
  writeFileSync(join(root, "file"), "content");
  writeFileSync(join(root, "none"), "");
  const source = openLocalSource(root);
  t.after(() => source.close());
  const into = Buffer.alloc(10, ".");
  assert.equal(source.readSmall(await fileOf(source, "file"), into, 2), 7);
  assert.equal(into.toString(), "..content.");
  assert.equal(source.readSmall(await fileOf(source, "none"), into, 0), 0);
});

test("a file is read from any place, and shorter only at its end", async (t) => {
  const root = scratch(t);
  writeFileSync(join(root, "file"), "0123456789");
  const source = openLocalSource(root);
  t.after(() => source.close());
  const file = await source.open(await fileOf(source, "file"));
  const into = Buffer.alloc(4);
  const reads = await Promise.all([file.read(Buffer.alloc(4), 0), file.read(into, 8), file.read(Buffer.alloc(4), 10)]);
  assert.deepEqual(reads, [4, 2, 0]);
  assert.equal(into.subarray(0, 2).toString(), "89");
  file.close();
  await rejected("E_LOCAL_FILE", file.read(into, 0));
});

test("closing a file under a running read lets the read end", async (t) => {
  const root = scratch(t);
  writeFileSync(join(root, "file"), "x".repeat(100_000));
  const source = openLocalSource(root);
  t.after(() => source.close());
  const file = await source.open(await fileOf(source, "file"));
  const reading = file.read(Buffer.alloc(100_000), 0);
  file.close();
  assert.equal(await reading, 100_000);
});
