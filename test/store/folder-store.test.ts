import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FolderStore } from "../../src/store/folder-store.js";
import { refused } from "../refused.js";
import { collect, fileEntry, names, never, rejected, scratch, targetOptions, whole } from "./scratch.js";

function open(t: TestContext): { root: string; base: string; store: FolderStore } {
  const base = scratch(t);
  const root = join(base, "served");
  mkdirSync(join(root, "a/b"), { recursive: true });
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside/safe"), "x");
  writeFileSync(join(root, "a/file"), "content");
  writeFileSync(join(root, "a/b/deep"), "x");
  symlinkSync("../outside", join(root, "out"));
  return { root, base, store: new FolderStore(root) };
}

const listed = async (store: FolderStore, path: string, recursive: boolean) =>
  (await collect(store.list(path, recursive, never))).map((one) => one.path);

test("a folder is listed in order, from the store's root, a file as itself", async (t) => {
  const { store, root } = open(t);
  mkdirSync(join(root, ".sampan"));
  assert.deepEqual(await listed(store, "", false), ["a", "out"]);
  assert.deepEqual(await listed(store, "a", false), ["a/b", "a/file"]);
  assert.deepEqual(await listed(store, "", true), ["a", "a/b", "a/b/deep", "a/file", "out"]);
  assert.deepEqual(await listed(store, "a/file", false), ["a/file"]);
  await rejected("E_NOT_FOUND", listed(store, "none", false), /none/);
});

test("a look tells what is there", (t) => {
  const { store } = open(t);
  assert.deepEqual(
    ["", "a", "a/file", "out", "none", "a/file/x"].map((path) => store.look(path)?.type),
    ["folder", "folder", "file", "link", undefined, undefined],
  );
  assert.equal(store.look("a/file")?.bytes, 7);
});

test("folders are made, with those above them if told so", (t) => {
  const { store, root } = open(t);
  store.makeFolder("new", false);
  refused("E_EXISTS", () => store.makeFolder("new", false));
  refused("E_NOT_FOUND", () => store.makeFolder("x/y", false));
  store.makeFolder("x/y", true);
  store.makeFolder("x/y", true);
  assert.ok(existsSync(join(root, "x/y")));
  refused("E_NOT_A_FOLDER", () => store.makeFolder("a/file", true));
  refused("E_LINK", () => store.makeFolder("out/new", true));
});

test("a removal takes a tree only if told so, and never follows a link", async (t) => {
  const { store, root, base } = open(t);
  symlinkSync("../../outside", join(root, "a/link"));
  await rejected("E_NOT_EMPTY", store.remove("a", false), /--recursive/);
  await rejected("E_LINK", store.remove("out/safe", false));
  await rejected("E_NOT_FOUND", store.remove("none", true));
  await store.remove("a", true);
  await store.remove("out", true);
  assert.deepEqual([names(root), names(join(base, "outside"))], [[], ["safe"]]);
});

test("the root is neither removed nor moved, and the staging folder is nobody's", async (t) => {
  const { store } = open(t);
  await rejected("E_USAGE", store.remove("", true));
  await rejected("E_USAGE", store.move("", "x", true));
  await rejected("E_USAGE", store.move("a", "", true));
  for (const path of [".sampan/x", "a/.sampan", "../outside", "/etc"]) {
    refused("E_UNSAFE_NAME", () => store.look(path));
    refused("E_UNSAFE_NAME", () => store.source(path));
    refused("E_UNSAFE_NAME", () => store.target(path, targetOptions));
    await rejected("E_UNSAFE_NAME", store.move("a", path, true));
    await rejected("E_UNSAFE_NAME", store.remove(path, true));
  }
});

test("a move replaces a file only if told so, and a folder never", async (t) => {
  const { store, root } = open(t);
  await store.move("a/file", "moved", false);
  assert.equal(readFileSync(join(root, "moved"), "utf8"), "content");
  assert.equal(store.look("a/file"), undefined);
  writeFileSync(join(root, "other"), "other");
  await rejected("E_EXISTS", store.move("moved", "other", false));
  await store.move("moved", "other", true);
  assert.equal(readFileSync(join(root, "other"), "utf8"), "content");
  await rejected("E_EXISTS", store.move("other", "a", true));
  await rejected("E_EXISTS", store.move("a", "other", true));
  await rejected("E_USAGE", store.move("a", "a/b/c", false), /into itself/);
  await rejected("E_NOT_FOUND", store.move("none", "x", false));
  await rejected("E_NOT_FOUND", store.move("other", "no/where", false));
  await rejected("E_LINK", store.move("other", "out/x", true));
  await store.move("a/b", "c", false);
  await store.move("out", "way", false);
  assert.deepEqual([names(root), readlinkSync(join(root, "way"))], [["a", "c", "other", "way"], "../outside"]);
});

test("a folder of the store receives, with what is unfinished at the store's root", async (t) => {
  const { store, root } = open(t);
  const target = store.target("in/coming", targetOptions);
  assert.deepEqual(await target.writeWhole([whole("x", "x")]), []);
  const part = await target.begin("big", fileEntry("big", 10));
  assert.deepEqual([names(join(root, "in/coming")), existsSync(join(root, ".sampan"))], [["x"], true]);
  part.discard();
  assert.deepEqual(await target.finish(), []);
  target.close();
  assert.deepEqual(names(root), ["a", "in", "out"]);
  refused("E_NOT_FOUND", () => store.target("none", { ...targetOptions, make: false }));
  refused("E_NOT_A_FOLDER", () => store.target("a/file", targetOptions));
  refused("E_LINK", () => store.target("out", targetOptions));
});

test("what a served folder hides from its owner is a problem, not an end", {
  skip: process.getuid?.() === 0 && "root reads everything",
}, async (t) => {
  const { store, root } = open(t);
  chmodSync(join(root, "a/b"), 0);
  const found = await collect(store.list("", true, never));
  chmodSync(join(root, "a/b"), 0o755);
  assert.deepEqual(
    found.flatMap((one) => ("error" in one ? [[one.path, one.error.code]] : [])),
    [["a/b", "E_LOCAL_FILE"]],
  );
  assert.equal(statSync(join(root, "a")).isDirectory(), true);
});

test("a link is not moved, alone or in a folder, to where it would lead out, unless it did so before", async (t) => {
  const { store, root } = open(t);
  mkdirSync(join(root, "a/b/c/d"), { recursive: true });
  symlinkSync("../../file", join(root, "a/b/c/up"));
  symlinkSync("../../../../outside", join(root, "a/b/c/d/out"));
  await rejected("E_LINK", store.move("a/b/c/up", "up", false), /lead out/);
  await rejected("E_LINK", store.move("a/b/c", "c", false), /lead out/);
  await store.move("a/b/c/up", "a/b/up", false);
  assert.equal(readlinkSync(join(root, "a/b/up")), "../../file");
  await store.move("a/b/up", "a/b/c/up", false);
  await new FolderStore(root, true).move("a/b/c", "c", false);
  assert.equal(readlinkSync(join(root, "c/up")), "../../file");
  await store.move("c/up", "out and about", false);
});
