import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  baseWireName,
  checkWirePath,
  joinWirePath,
  linkLeavesRoot,
  normalizeWirePath,
  parentWirePath,
} from "../../src/wire/wire-path.js";
import { codeOf, refused } from "../refused.js";

const hostile: [name: string, path: string][] = [
  ["the folder above", ".."],
  ["the folder above, by way of another", "a/../.."],
  ["the folder above, at the end", "a/.."],
  ["a folder itself", "a/./b"],
  ["a dot alone", "."],
  ["absolute", "/etc/passwd"],
  ["absolute, twice", "//etc"],
  ["a slash alone", "/"],
  ["an empty part", "a//b"],
  ["an empty part at the end", "a/"],
  ["NUL", "a\0b"],
  ["NUL behind a harmless name", "a.txt\0/../../b"],
  ["half a surrogate pair", "a\ud83d"],
  ["the other half", "\udef6a"],
  ["one unit above the longest", "x".repeat(32 * 1024 + 1)],
  ["513 parts", Array(513).fill("a").join("/")],
  ["the folder of unfinished files", ".sampan"],
  ["what is in the folder of unfinished files", ".sampan/journal"],
];

for (const [name, path] of hostile) {
  test(`refused: ${name}`, () => refused("E_UNSAFE_NAME", () => checkWirePath(path), /is refused: /));
}

const carried = [
  "",
  "a",
  "a/b/c",
  "...",
  "..a",
  "a..",
  ".a",
  "-rf",
  " leading space",
  "trailing space ",
  "空 文件.txt",
  "🛶",
  "new\nline",
  "tab\t",
  "back\\slash",
  "\x1b[31mred",
  "C:",
  "CON",
  "~",
  "$HOME",
  "*",
  "a/.sampan",
  ".sampan2",
  "é".repeat(127),
  "x".repeat(32 * 1024),
  Array(512).fill("a").join("/"),
];

test("carried as they are: all names that a system may hold", () => {
  for (const path of carried) assert.equal(checkWirePath(path), path);
});

const part = fc.oneof(
  fc.constantFrom("..", ".", "", "a", "...", ".sampan", "\0", "\\", "\ud800", "~"),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const anyPath = fc.array(part, { maxLength: 7 }).map((parts) => parts.join("/"));

test("what is accepted stays as it is when normalized, and stays below any root", () => {
  let accepted = 0;
  fc.assert(
    fc.property(anyPath, (path) => {
      const code = codeOf(() => checkWirePath(path));
      if (code !== undefined) return assert.equal(code, "E_UNSAFE_NAME");
      if (path === "") return;
      accepted++;
      assert.equal(posix.normalize(path), path);
      assert.ok(posix.resolve("/root/in", path).startsWith("/root/in/"));
      assert.equal(posix.relative("/root/in", posix.resolve("/root/in", path)), path);
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 200, `only ${accepted} paths were accepted: the property says little`);
});

test("what a user types is normalized, never resolved", () => {
  const rows: [typed: string, path: string][] = [
    ["/", ""],
    ["", ""],
    [".", ""],
    ["./a", "a"],
    ["/2026//films/", "2026/films"],
    ["a/./b", "a/b"],
  ];
  for (const [typed, path] of rows) assert.equal(normalizeWirePath(typed), path);
  for (const typed of ["..", "/..", "a/../b", "/.sampan", "a\0"]) {
    refused("E_UNSAFE_NAME", () => normalizeWirePath(typed));
  }
});

test("normalizing twice is normalizing once, and gives a wire path", () => {
  fc.assert(
    fc.property(anyPath, (typed) => {
      let path: string | undefined;
      if (codeOf(() => void (path = normalizeWirePath(typed))) !== undefined || path === undefined) return;
      assert.equal(normalizeWirePath(path), path);
      assert.equal(checkWirePath(path), path);
    }),
    { numRuns: 2000 },
  );
});

test("a path is its parent joined with its name", () => {
  const rows: [path: string, parent: string, name: string][] = [
    ["", "", ""],
    ["a", "", "a"],
    ["a/b", "a", "b"],
    ["a/b/c", "a/b", "c"],
  ];
  for (const [path, parent, name] of rows) {
    assert.deepEqual([parentWirePath(path), baseWireName(path)], [parent, name]);
    assert.equal(joinWirePath(parent, name), path);
  }
  assert.equal(joinWirePath("a", ""), "a");
});

test("a link stays in the root only if its target does wherever the names in it lead, being links themselves", () => {
  const name = fc.constantFrom("a", "b", "...");
  const step = fc.constantFrom("..", "..", "a", "b", ".", "", "...");
  const link = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const target = fc.array(step, { minLength: 1, maxLength: 7 }).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(link, target, (path, to) => {
      const reached = posix.normalize(`${posix.dirname(path)}/${to}`);
      const leavesByNames = to.startsWith("/") || reached === ".." || reached.startsWith("../");
      const goesUpBehindName = /(^|\/)(?!\.{1,2}(\/|$))[^/]+\/(.*\/)?\.\.(\/|$)/.test(to);
      assert.equal(linkLeavesRoot(path, to), leavesByNames || goesUpBehindName, `${path} -> ${to}`);
    }),
    { numRuns: 5000 },
  );
  assert.equal(linkLeavesRoot("a/b/c", "../../d/e"), false);
  assert.equal(linkLeavesRoot("a/b", "c/../d"), true, "c may be a link to the root");
  assert.equal(linkLeavesRoot("a/b", "../c"), false);
  assert.equal(linkLeavesRoot("a/b", "../../c"), true);
  assert.equal(linkLeavesRoot("a", "b/../../a/c"), true, "out and in again is out");
});
