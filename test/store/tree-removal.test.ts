import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { escapeBytes } from "../../src/store/byte-name.js";
import { ConfinedFolder } from "../../src/store/confined-folder.js";
import { FolderStore } from "../../src/store/folder-store.js";
import { openLocalTarget } from "../../src/store/local-tree.js";
import { removeBelow } from "../../src/store/tree-removal.js";
import { needs } from "../needs.js";
import { names, rejected, scratch, targetOptions } from "./scratch.js";

/** `text` with the byte 0xff at its end, as the name of something in `folder`. */
function odd(folder: string | Buffer, text: string): Buffer {
  return Buffer.concat([Buffer.from(folder), Buffer.from(`/${text}`), Buffer.from([0xff])]);
}

/** Files, a link and folders whose names are not UTF-8, and one whose name only looks like theirs. */
function makeOdd(root: string): void {
  mkdirSync(odd(root, "folder"));
  mkdirSync(odd(odd(root, "folder"), "deep"));
  writeFileSync(odd(odd(odd(root, "folder"), "deep"), "file"), "x");
  writeFileSync(Buffer.concat([odd(root, "folder"), Buffer.from("/plain")]), "x");
  writeFileSync(odd(root, "file"), "x");
  symlinkSync("..", odd(root, "link"));
  writeFileSync(join(root, "file\ufffd"), "a true U+FFFD");
}

test("rm -r takes what has a name that is not UTF-8, too", needs("linux"), async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "a"));
  makeOdd(join(root, "a"));
  await new FolderStore(root).remove("a", true);
  assert.deepEqual(names(root), []);
});

test("a mirror removes what has a name that is not UTF-8, and keeps its namesake", needs("linux"), async (t) => {
  const root = scratch(t);
  makeOdd(root);
  const target = openLocalTarget(root, targetOptions);
  t.after(() => target.close());
  const odds = [
    "file\\xff",
    "folder\\xff",
    "folder\\xff/deep\\xff",
    "folder\\xff/deep\\xff/file\\xff",
    "folder\\xff/plain",
    "link\\xff",
  ];
  assert.deepEqual([...target.removeOthers("", new Set(["file\ufffd"]), [], true)].sort(), odds);
  assert.equal(readdirSync(root).length, 4, "a dry run removes nothing");
  assert.deepEqual([...target.removeOthers("", new Set(["file\ufffd"]))].sort(), odds);
  assert.deepEqual(names(root), ["file\ufffd"]);
  assert.deepEqual([...target.removeOthers("", new Set(["file\ufffd"]))], []);
  assert.deepEqual(await target.finish(), []);
});

test("a folder whose name is not UTF-8 stays if the filter leaves out what is in it", needs("linux"), async (t) => {
  const root = scratch(t);
  makeOdd(root);
  const target = openLocalTarget(root, targetOptions);
  t.after(() => target.close());
  const filter = [{ pattern: "plain", include: false }];
  const gone = [...target.removeOthers("", new Set(), filter)];
  assert.ok(!gone.includes("folder\\xff"));
  assert.deepEqual(readdirSync(odd(root, "folder")), ["plain"]);
  assert.deepEqual(await target.finish(), [], "and is synced as any other");
});

test("where folders cannot be held, names are their bytes all the same", needs("linux"), (t) => {
  const root = scratch(t);
  makeOdd(root);
  const confined = new ConfinedFolder(root, { show: (path) => path, hold: false });
  t.after(() => confined.close());
  const removed = [...removeBelow(confined, "", { isKept: () => false, dryRun: false })];
  assert.ok(removed.map((path) => escapeBytes(path ?? "")).includes("folder\\xff/deep\\xff/file\\xff"));
  assert.deepEqual(names(root), []);
});

test("rm -r of a folder that is filled meanwhile does not advise what was given already", async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "a"));
  for (let count = 0; count < 300; count++) writeFileSync(join(root, "a", `${count}`), "");
  const removing = new FolderStore(root).remove("a", true);
  // The first files went in one turn, with the names as they were then.
  writeFileSync(join(root, "a/late"), "x");
  await assert.rejects(removing, (error: Error) => {
    assert.match(error.message, /meanwhile/);
    assert.doesNotMatch(error.message, /--recursive/);
    return true;
  });
  await rejected("E_NOT_EMPTY", new FolderStore(root).remove("a", false), /--recursive/);
});
