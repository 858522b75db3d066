import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { compareUtf8, sortNames } from "../../src/store/file-name.js";
import { FolderStore } from "../../src/store/folder-store.js";
import { openLocalSource } from "../../src/store/local-tree.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { needs } from "../needs.js";
import { refused } from "../refused.js";
import { collect, never, paths, rejected, scratch, walked } from "./scratch.js";

const oddNames = [
  "空 文件.txt",
  "-rf",
  " leading",
  "a".repeat(255),
  "new\nline",
  "back\\slash",
  "tab\t",
  "é",
  "🛶",
  "\ufb01",
];

/** A path of `depth` folders. */
const deep = (depth: number) => Array.from({ length: depth }, () => "d").join("/");
const out = (pattern: string) => ({ pattern, include: false });
const take = (pattern: string) => ({ pattern, include: true });

test("names are sorted by their UTF-8 bytes, also where UTF-16 says otherwise", () => {
  assert.deepEqual(sortNames(["🛶", "\ufb01", "b", "a", "ab"]), ["a", "ab", "b", "\ufb01", "🛶"]);
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary", minLength: 1 }).filter((s) => Buffer.from(s).toString() === s)),
      (list) => {
        const oracle = [...list].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        assert.deepEqual(sortNames([...list]), oracle);
        assert.deepEqual([...list].sort(compareUtf8), oracle);
      },
    ),
  );
});

test("a walk gives each folder before its content, everything as it is, and skips the staging folder", async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "b/empty"), { recursive: true });
  mkdirSync(join(root, ".sampan"));
  mkdirSync(join(root, "b/.sampan"));
  writeFileSync(join(root, ".sampan/x.part"), "x");
  writeFileSync(join(root, "b/.sampan-0123-4567.part"), "x");
  writeFileSync(join(root, "b/.sampanier"), "not ours");
  for (const name of oddNames) writeFileSync(join(root, name), name);
  writeFileSync(join(root, "b.txt"), "");
  chmodSync(join(root, "b.txt"), 0o640);
  utimesSync(join(root, "b.txt"), 5, 5);
  symlinkSync("/nowhere", join(root, "b/link"));
  const source = openLocalSource(root);
  t.after(() => source.close());
  const all = await walked(source);
  const top = [...oddNames, "b", "b.txt"].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const expected = ["", ...top.flatMap((name) => (name === "b" ? ["b", "b/.sampanier", "b/empty", "b/link"] : [name]))];
  assert.deepEqual(
    all.map(({ path }) => path),
    expected,
  );
  const file = all.find(({ path }) => path === "b.txt");
  assert.ok(file !== undefined && "type" in file && file.type === "file");
  assert.deepEqual([file.mode, file.mtime, file.bytes], [0o640, 5_000_000, 0]);
  const link = all.find(({ path }) => path === "b/link");
  assert.ok(link !== undefined && "type" in link && link.type === "link");
  assert.equal(link.target, "/nowhere");
});

test("links are given as links, also to folders, and a walk never enters them", async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "in"));
  symlinkSync("in", join(root, "to"));
  symlinkSync(".", join(root, "in/loop"));
  const source = openLocalSource(root);
  t.after(() => source.close());
  assert.deepEqual(await paths(source), ["", "in", "in/loop", "to"]);
});

test("what cannot be carried is a problem each, and the rest goes on", needs("linux"), async (t) => {
  const root = scratch(t);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff, 0xfe])]), "x");
  writeFileSync(join(root, "real\ufffd"), "a true U+FFFD");
  writeFileSync(join(root, "z"), "x");
  execFileSync("mkfifo", [join(root, "pipe")]);
  const source = openLocalSource(root);
  t.after(() => source.close());
  const all = await walked(source);
  const problems = all.flatMap((one) => ("error" in one ? [[one.path, one.error.code]] : []));
  assert.deepEqual(
    problems.sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      ["bad-\\xff\\xfe", "E_UNSAFE_NAME"],
      ["pipe", "E_LOCAL_FILE"],
    ],
  );
  assert.deepEqual(
    all.flatMap((one) => ("type" in one ? [one.path] : [])),
    ["", "real\ufffd", "z"],
  );
});

test("a folder swapped for a link during the walk is not entered", async (t) => {
  const base = scratch(t);
  const root = join(base, "root");
  for (const name of ["a", "z"]) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside/secret"), "x");
  for (let i = 0; i < 600; i++) writeFileSync(join(root, "a", `f${i}`), "");
  const source = openLocalSource(root);
  t.after(() => source.close());
  const seen: string[] = [];
  for await (const batch of source.walk([], never)) {
    if (seen.length === 1) {
      renameSync(join(root, "z"), join(base, "z"));
      symlinkSync("../outside", join(root, "z"));
    }
    seen.push(...batch.map(({ path }) => path));
  }
  assert.equal(seen.at(-1), "z");
  assert.ok(!seen.includes("z/secret"));
});

test("a tree 400 folders deep is walked, and one beyond the cap ends in a problem", async (t) => {
  const root = scratch(t);
  const store = new FolderStore(root);
  store.makeFolder(deep(400), true);
  const source = store.source("");
  t.after(() => source.close());
  assert.equal((await walked(source)).length, 401);
  const at = store.target(deep(400), {
    transfer: "x",
    make: false,
    anyLinks: false,
    sync: false,
    digest: { name: "sha256", hash: (b) => b },
  });
  at.makeFolder(deep(110), { type: "folder", path: "", mode: 0o755, mtime: 0 });
  at.makeFolder(`${deep(110)}/${deep(10)}`, { type: "folder", path: "", mode: 0o755, mtime: 0 });
  at.close();
  const last = (await walked(source)).at(-1);
  assert.ok(last !== undefined && "error" in last && last.error.code === "E_UNSAFE_NAME");
  await store.remove("d", true);
  assert.equal(store.look("d"), undefined);
});

test("a walk stops when it is told to, with the reason", async (t) => {
  const root = scratch(t);
  for (let i = 0; i < 1500; i++) writeFileSync(join(root, `f${i}`), "");
  const source = openLocalSource(root);
  t.after(() => source.close());
  const stop = new AbortController();
  let batches = 0;
  const walking = (async () => {
    for await (const batch of source.walk([], stop.signal)) {
      assert.ok(batch.length <= 512);
      if (++batches === 2) stop.abort(new SampanError("E_TIMED_OUT", "enough"));
    }
  })();
  await rejected("E_TIMED_OUT", walking, /enough/);
  assert.equal(batches, 2);
});

test("a source that the user names may be a link, a single file, or nothing", async (t) => {
  const base = scratch(t);
  mkdirSync(join(base, "tree"));
  writeFileSync(join(base, "tree/film.mp4"), "film");
  symlinkSync("tree", join(base, "way"));
  symlinkSync("tree/film.mp4", join(base, "best.mp4"));
  const open = (path: string) => {
    const source = openLocalSource(join(base, path));
    t.after(() => source.close());
    return source;
  };
  assert.deepEqual(await paths(open("way")), ["", "film.mp4"]);
  const [file] = await walked(open("best.mp4"));
  assert.ok(file !== undefined && "type" in file && file.type === "file" && file.path === "" && file.bytes === 4);
  assert.deepEqual(await paths(open("best.mp4"), [{ pattern: "best.*", include: false }]), []);
  assert.deepEqual(await paths(open("best.mp4"), [{ pattern: "film.*", include: false }]), [""]);
  refused("E_NOT_FOUND", () => openLocalSource(join(base, "nothing")), /nothing/);
  symlinkSync("loop", join(base, "loop"));
  refused("E_LINK", () => openLocalSource(join(base, "loop")), /loop.*in a circle/);
});

test("a served link is given as a link, and nothing is reached through one", async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, "in"));
  writeFileSync(join(root, "in/x"), "x");
  symlinkSync("in", join(root, "to"));
  const store = new FolderStore(root);
  const source = store.source("to");
  t.after(() => source.close());
  const [only, ...others] = await walked(source);
  assert.ok(only !== undefined && "type" in only && only.type === "link" && only.target === "in");
  assert.equal(others.length, 0);
  refused("E_LINK", () => store.source("to/x"));
  refused("E_NOT_FOUND", () => store.source("none"));
  await rejected("E_LINK", collect(store.list("to/x", false, never)));
});

test("a filter takes the last rule that matches; includes alone leave out the rest", async (t) => {
  const root = scratch(t);
  for (const folder of ["src/deep", "docs", "void"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["a.log", "keep.log", "src/b.ts", "src/deep/c.ts", "src/deep/d.log", "docs/e.md"])
    writeFileSync(join(root, file), "x");
  const source = openLocalSource(root);
  t.after(() => source.close());
  assert.deepEqual(await paths(source, [out("*.log"), take("keep.log")]), [
    "",
    "docs",
    "docs/e.md",
    "keep.log",
    "src",
    "src/b.ts",
    "src/deep",
    "src/deep/c.ts",
    "void",
  ]);
  assert.deepEqual(await paths(source, [take("keep.log"), out("*.log"), out("src/")]), [
    "",
    "docs",
    "docs/e.md",
    "void",
  ]);
  assert.deepEqual(await paths(source, [take("*.ts")]), ["", "src", "src/b.ts", "src/deep", "src/deep/c.ts"]);
  assert.deepEqual(await paths(source, [take("deep/")]), ["", "src", "src/deep", "src/deep/c.ts", "src/deep/d.log"]);
  assert.deepEqual(await paths(source, [take("nothing")]), [""]);
});

test("a long walk lets other work have its turn", async (t) => {
  const root = scratch(t);
  for (let at = 0; at < 8000; at++) writeFileSync(join(root, String(at)), "");
  const source = openLocalSource(root);
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  let found = 0;
  for await (const batch of source.walk([], never)) found += batch.length;
  isOver = true;
  source.close();
  assert.equal(found, 8001);
  assert.ok(turns > 1, "8,000 files were looked at in one go");
});
