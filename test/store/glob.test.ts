import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Glob } from "../../src/store/glob.js";
import { needs } from "../needs.js";

const matches = (pattern: string, path: string): boolean =>
  new Glob(pattern).matches(path.replace(/\/$/, "").split("/"), path.endsWith("/"));

const rows: [pattern: string, matching: string[], others: string[]][] = [
  ["*.log", ["a.log", "b/c/.log", "a.log/"], ["a.logs", "log", "a.log/b"]],
  ["/a", ["a", "a/"], ["b/a", "a/b"]],
  ["a/b", ["a/b"], ["c/a/b", "a/b/c"]],
  ["tmp/", ["tmp/", "a/tmp/"], ["tmp"]],
  ["a/**", ["a/b", "a/b/c/"], ["a/", "a", "b/a/c"]],
  ["**/a", ["a", "b/a", "b/c/a"], ["ab", "a/b"]],
  ["a/**/b", ["a/b", "a/c/b", "a/c/d/b"], ["ab", "a/cb", "b"]],
  ["**", ["a", "a/b"], []],
  ["?.txt", ["a.txt", "水.txt", "🛶.txt"], [".txt", "ab.txt"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "x", "-x"]],
  ["[!a-c]x", ["dx", "水x"], ["ax", "x"]],
  ["[]]", ["]"], ["[", "[]]"]],
  ["[[:digit:]z]", ["5", "z"], ["a", ":", "d"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["\\!a", ["!a"], ["a"]],
  ["a  ", ["a"], ["a  "]],
  ["a\\ ", ["a "], ["a"]],
  ["a\\\\ ", ["a\\"], ["a\\ "]],
  ["空 文件.txt", ["空 文件.txt", "a/空 文件.txt"], ["空文件.txt"]],
  ["[a", [], ["a", "[a", "["]],
  ["a\\", [], ["a", "a\\"]],
  ["a\\/b", ["a/b"], ["a", "b"]],
  ["/", [], ["a", "a/"]],
];

for (const [pattern, matching, others] of rows) {
  test(`the pattern ${JSON.stringify(pattern)}`, () => {
    for (const path of matching) assert.ok(matches(pattern, path), `matches ${path}`);
    for (const path of others) assert.ok(!matches(pattern, path), `does not match ${path}`);
  });
}

test("a pattern made to be slow is not", () => {
  const started = performance.now();
  for (let run = 0; run < 20; run++) {
    assert.ok(!matches(`${"*a".repeat(200)}b`, "a".repeat(255)));
    assert.ok(!matches(`${"**/a/".repeat(90)}b`, `${"a/".repeat(500)}c`));
    assert.ok(!matches(`${"a/**/*a*/".repeat(50)}b`, `${"aaaa/".repeat(500)}c`));
  }
  assert.ok(performance.now() - started < 5000, "60 matches take milliseconds each");
});

test("git, the oracle, says the same of any pattern and path", needs("git"), () => {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-git-"));
  const git = (args: string[], input?: string) =>
    spawnSync("git", args, { cwd: folder, encoding: "utf8", input: input ?? "" });
  try {
    assert.equal(git(["init", "-q"]).status, 0);
    const pattern = fc.string({
      unit: fc.constantFrom(...Array.from("aab*?/[]!^-\\: "), "**", "/**/", "[a-b]", "[[:alpha:]]"),
      minLength: 1,
      maxLength: 8,
    });
    const name = fc.string({ unit: fc.constantFrom(...Array.from("aaabbc*[]-! ")), minLength: 1, maxLength: 4 });
    const path = fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 })).map(([parts]) => parts.join("/"));
    fc.assert(
      fc.property(pattern, fc.array(path, { minLength: 20, maxLength: 40 }), (text, paths) => {
        // Two oddities of git's are left out: it does not take "\\/" after two stars for a slash, and it
        // strips the plain beginning of a pattern first and then takes the stars in "a**/" for a part of their own.
        fc.pre(!text.startsWith("#") && !text.startsWith("!") && !/[^/]\*\*+\/|\\\//.test(text));
        writeFileSync(join(folder, ".git", "info", "exclude"), `${text}\n`);
        const said = git(["check-ignore", "--no-index", "-z", "--stdin"], paths.join("\0")).stdout.split("\0");
        for (const each of paths) {
          // git looks at the folders above too; what does not exist in its tree counts as a file.
          const parts = each.split("/");
          const glob = new Glob(text);
          const ours = parts.some((_, index) => glob.matches(parts.slice(0, index + 1), index + 1 < parts.length));
          assert.equal(ours, said.includes(each), `${JSON.stringify(text)} on ${JSON.stringify(each)}`);
        }
      }),
      { numRuns: 300 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
