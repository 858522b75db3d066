import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { refused } from "../refused.js";
import { open } from "./opened-target.js";
import { fileEntry, folderEntry, linkEntry, modeOf, mtimeOf, names, rejected, scratch, whole } from "./scratch.js";

const text = (...parts: string[]) => readFileSync(join(...parts), "utf8");

test("small files get names, content, mode and time, and nothing is left beside them", async (t) => {
  const { root, target } = open(t);
  const odd = ["空 文件.txt", "-rf", " leading", "n".repeat(255), "new\nline", "back\\slash"];
  target.makeFolder("sub", folderEntry("sub"));
  const files = [
    ...odd.map((name) => whole(name, name)),
    whole("sub/empty", "", { mode: 0o600, mtime: -1 }),
    whole("sub/run", "#!", { mode: 0o751, mtime: -1_500_001 }),
    whole("not/offered/before", "deep", { mode: 0o400 }),
  ];
  assert.deepEqual(await target.writeWhole(files), []);
  for (const { path, content, entry } of files) {
    assert.deepEqual(readFileSync(join(root, path)), content);
    assert.deepEqual([modeOf(join(root, path)), mtimeOf(join(root, path))], [entry.mode, entry.mtime], path);
  }
  assert.deepEqual(await target.finish(), []);
  assert.deepEqual(names(root), [...odd, "not", "sub"].sort());
});

test("the staging folder is private while it is there", async (t) => {
  const { root, target } = open(t);
  await target.writeWhole([whole("a", "a")]);
  assert.equal(modeOf(join(root, ".sampan")), 0o700);
  assert.deepEqual(
    names(join(root, ".sampan")).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

test("a file takes the place of a file or a link, never of a folder, and never writes through a link", async (t) => {
  const base = scratch(t);
  const { root, target } = open(t, {}, join(base, "to"));
  writeFileSync(join(base, "outside"), "outside");
  writeFileSync(join(root, "file"), "old");
  symlinkSync("../outside", join(root, "link"));
  mkdirSync(join(root, "folder"));
  symlinkSync("..", join(root, "up"));
  const problems = await target.writeWhole(
    ["file", "link", "folder", "up/new", "ok"].map((path) => whole(path, "new")),
  );
  assert.deepEqual(
    problems.map(({ path, error }) => [path, error.code]).sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      ["folder", "E_NOT_A_FOLDER"],
      ["up/new", "E_LINK"],
    ],
  );
  assert.deepEqual(
    [text(root, "file"), text(root, "link"), text(root, "ok"), text(base, "outside")],
    ["new", "new", "new", "outside"],
  );
  assert.deepEqual(names(base), ["outside", "to"]);
  await rejected("E_LINK", target.begin("up/big", fileEntry("up/big", 5)));
  refused("E_LINK", () => target.makeFolder("up/dir", folderEntry("up/dir")));
  refused("E_LINK", () => target.makeFolder("up", folderEntry("up")));
  refused("E_LINK", () => target.makeLink("up/link", linkEntry("up/link", "x")));
  refused("E_LINK", () => [...target.removeOthers("up/to", new Set())]);
  await rejected("E_LINK", target.openExisting("up/outside"));
  refused("E_LINK", () => target.applyMeta("up/outside", fileEntry("up/outside", 7)));
  assert.deepEqual(names(base), ["outside", "to"]);
});

test("names that a peer must not use are refused wherever they stand", async (t) => {
  const { target } = open(t);
  for (const path of ["../x", "a/../../x", ".sampan/x.finished", "sub/.sampan/x", ".sampan-00-11.part"]) {
    const [problem] = await target.writeWhole([whole(path, "x")]).catch((error) => [{ path, error }]);
    assert.equal(problem?.error.code, "E_UNSAFE_NAME", path);
    refused("E_UNSAFE_NAME", () => target.makeFolder(path, folderEntry(path)));
    await rejected("E_UNSAFE_NAME", target.begin(path, fileEntry(path, 5)));
  }
  const [long] = await target.writeWhole([whole("x".repeat(256), "x")]);
  assert.equal(long?.error.code, "E_LOCAL_FILE");
  assert.match(long?.error.message ?? "", /longer than/);
});

test("a message shows control characters of a name as escapes", async (t) => {
  const { root, target } = open(t);
  mkdirSync(join(root, "\u001b[31mred"));
  const [problem] = await target.writeWhole([whole("\u001b[31mred", "x")]);
  assert.match(problem?.error.message ?? "", /\\x1b\[31mred/);
});

test("folders are filled first and get mode and time in the end, deepest first", async (t) => {
  const { root, target } = open(t);
  target.makeFolder("", folderEntry("", { mode: 0o750, mtime: 7 }));
  target.makeFolder("a", folderEntry("a", { mode: 0o555, mtime: -5 }));
  target.makeFolder("a/b", folderEntry("a/b", { mode: 0o500, mtime: 1_000_001 }));
  assert.deepEqual(await target.writeWhole([whole("a/b/file", "x"), whole("a/file", "x")]), []);
  assert.equal(modeOf(join(root, "a")) & 0o700, 0o700);
  assert.deepEqual(await target.finish(), []);
  const found = ["", "a", "a/b"].map((path) => [modeOf(join(root, path)), mtimeOf(join(root, path))]);
  assert.deepEqual(found, [
    [0o750, 7],
    [0o555, -5],
    [0o500, 1_000_001],
  ]);
  const again = open(t, {}, root).target;
  again.makeFolder("a", folderEntry("a", { mode: 0o555 }));
  assert.equal(modeOf(join(root, "a")) & 0o700, 0o700);
  assert.deepEqual(await again.finish(), []);
  assert.equal(modeOf(join(root, "a")), 0o555);
  for (const path of ["a", "a/b"]) chmodSync(join(root, path), 0o755);
});

test("a folder is not made where a file or link is", (t) => {
  const { root, target } = open(t);
  writeFileSync(join(root, "file"), "x");
  symlinkSync(".", join(root, "link"));
  refused("E_NOT_A_FOLDER", () => target.makeFolder("file", folderEntry("file")));
  refused("E_NOT_A_FOLDER", () => target.admitFolder("file"), /file is a file, /);
  refused("E_NOT_A_FOLDER", () => target.admitFolder("link"), /link is a link, /);
  for (const path of ["", "new", "new/below"]) target.admitFolder(path);
  assert.equal(text(root, "file"), "x");
});

test("links are made as they are, in place of files and links, and out of the tree only if allowed", async (t) => {
  const { root, target } = open(t);
  writeFileSync(join(root, "file"), "x");
  mkdirSync(join(root, "folder"));
  for (const path of ["deep/new", "file", "file"])
    target.makeLink(path, linkEntry(path, "../to/x".slice(path === "file" ? 3 : 0)));
  assert.equal(readlinkSync(join(root, "file")), "to/x");
  assert.equal(readlinkSync(join(root, "deep/new")), "../to/x");
  assert.equal(mtimeOf(join(root, "file")), 1_500_000_000_000_001);
  for (const out of ["/etc/passwd", "../up", "a/../../up"])
    refused("E_LINK", () => target.makeLink("l", linkEntry("l", out)), /leads out/);
  refused("E_NOT_A_FOLDER", () => target.makeLink("folder", linkEntry("folder", "x")));
  const any = open(t, { anyLinks: true }, root).target;
  any.makeLink("l", linkEntry("l", "/etc/passwd"));
  assert.equal(readlinkSync(join(root, "l")), "/etc/passwd");
  assert.deepEqual(names(join(root, ".sampan")), []);
});

test("a free name counts up and stays within what a name may have", async (t) => {
  const { root, target } = open(t);
  const long = `${"é".repeat(125)}.txt`;
  for (const name of ["a.txt", "a (1).txt", ".hidden", "none", long]) writeFileSync(join(root, name), "x");
  assert.deepEqual(
    [target.freeName("a.txt", () => false), target.freeName("a.txt", () => false)],
    ["a (2).txt", "a (3).txt"],
  );
  assert.deepEqual(
    [target.freeName("sub/.hidden", () => false), target.freeName("none", () => false)],
    ["sub/.hidden (1)", "none (1)"],
  );
  const free = target.freeName(long, () => false);
  assert.ok(free.endsWith("é (1).txt") && Buffer.byteLength(free) <= 255, free);
  assert.deepEqual(await target.writeWhole([whole(free, "x")]), []);
});

test("what is not kept is removed, deepest first, and no link is followed", (t) => {
  const base = scratch(t);
  const { root, target } = open(t, {}, join(base, "to"));
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside/safe"), "x");
  mkdirSync(join(root, "sub/old/older"), { recursive: true });
  mkdirSync(join(root, ".sampan"));
  for (const file of ["sub/keep", "sub/go", "sub/old/older/x", "top", ".sampan/x.part"])
    writeFileSync(join(root, file), "x");
  symlinkSync("../outside", join(root, "link"));
  symlinkSync("../../outside", join(root, "sub/old/link"));
  assert.deepEqual([...target.removeOthers("nothing", new Set())], []);
  assert.deepEqual([...target.removeOthers("sub", new Set(["sub/keep"]))].sort(), [
    "sub/go",
    "sub/old",
    "sub/old/link",
    "sub/old/older",
    "sub/old/older/x",
  ]);
  assert.deepEqual([...target.removeOthers("", new Set(["sub", "sub/keep"]))].sort(), ["link", "top"]);
  assert.deepEqual(
    [names(root), names(join(root, "sub")), names(join(base, "outside"))],
    [[".sampan", "sub"], ["keep"], ["safe"]],
  );
});

test("a mirror leaves alone what the filter leaves out, and a dry run removes nothing", (t) => {
  const { root, target } = open(t);
  for (const path of ["old/cache/kept", "old/gone", "cache/kept", "gone"]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "x");
  }
  const filter = [{ pattern: "cache/", include: false }];
  const would = ["gone", "old/gone"];
  assert.deepEqual([...target.removeOthers("", new Set(), filter, true)].sort(), would);
  assert.ok(existsSync(join(root, "gone")));
  assert.deepEqual([...target.removeOthers("", new Set(), filter)].sort(), would);
  assert.deepEqual(readdirSync(join(root, "old")), ["cache"]);
  assert.ok(existsSync(join(root, "old/cache/kept")) && existsSync(join(root, "cache/kept")));
});

test("mode and time of a file that is the same are set, and its content is read", async (t) => {
  const { root, target } = open(t);
  writeFileSync(join(root, "same"), "content");
  target.applyMeta("same", fileEntry("same", 7, { mode: 0o604, mtime: 12_345_678 }));
  assert.deepEqual([modeOf(join(root, "same")), mtimeOf(join(root, "same"))], [0o604, 12_345_678]);
  const there = await target.openExisting("same");
  const into = Buffer.alloc(4);
  assert.deepEqual([await there.read(into, 5), into.toString("utf8", 0, 2)], [2, "nt"]);
  there.close();
  mkdirSync(join(root, "folder"));
  await rejected("E_NOT_A_FOLDER", target.openExisting("folder"));
  await rejected("E_NOT_FOUND", target.openExisting("none"));
});

test("a target that is not there is made only if told so", (t) => {
  const base = scratch(t);
  refused("E_NOT_FOUND", () => open(t, { make: false }, join(base, "a/b")), /a\/b/);
  open(t, {}, join(base, "a/b"));
  assert.deepEqual(names(join(base, "a")), ["b"]);
  writeFileSync(join(base, "file"), "x");
  refused("E_NOT_A_FOLDER", () => open(t, { make: false }, join(base, "file")));
});

test("a target that ends early takes away the staging folder when nothing is kept in it", async (t) => {
  const { root, target } = open(t);
  const kept = await target.begin("kept", fileEntry("kept", 10));
  const stream = await target.begin("stream", fileEntry("stream", undefined, { version: "" }));
  target.close();
  stream.discard();
  assert.deepEqual(names(root), [".sampan"]);
  kept.discard();
  assert.deepEqual(names(root), []);
});

test("a target that has written nothing leaves a staging folder as it is", (t) => {
  const root = join(scratch(t), "to");
  mkdirSync(join(root, ".sampan"), { recursive: true });
  const { target } = open(t, {}, root);
  assert.equal(target.finished("a", fileEntry("a", 1)), undefined);
  target.close();
  assert.deepEqual(names(root), [".sampan"]);
});
