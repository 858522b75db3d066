import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const script = resolve("scripts/check-arrows.mjs");

/** Runs the check on a project that has these files; the lines that it printed. */
function check(files: Record<string, string>): string[] {
  const project = mkdtempSync(join(tmpdir(), "sampan-test-arrows-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, name)), { recursive: true });
      writeFileSync(join(project, name), text);
    }
    const { status, stderr } = spawnSync(process.execPath, [script, project], { encoding: "utf8" });
    const lines = stderr.split("\n").filter((line) => line !== "");
    assert.equal(status, lines.length === 0 ? 0 : 1);
    return lines;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

test("the project itself keeps its rules", () => {
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("imports that go to earlier folders, and words that only look like imports, pass", () => {
  const found = check({
    "src/wire/a.ts": 'export type A = "from" | "import";\n/* import "node:fs"; */\n// import "node:fs";\n',
    "src/session/b.ts": 'import type { A } from "../wire/a.js";\nexport { b } from "./other.js";\n',
    "src/transport/c.ts": 'import { connect } from "node:net";\nimport "../session/b.js";\n',
    "src/store/d.ts": 'import * as b from "../session/b.js";\n',
    "src/service/e.ts": 'import { c } from "../transport/c.js";\nimport { d } from "../store/d.js";\n',
    "src/index.ts": 'export * from "./service/e.js";\n',
    "src/cli/f.ts": 'export const run = () => import("../index.js");\n',
  });
  assert.deepEqual(found, []);
});

const violations: [what: string, name: string, text: string, said: RegExp][] = [
  [
    "downwards",
    "src/wire/a.ts",
    'import { b } from "../session/b.js";\n',
    /wire may import only from itself and nothing/,
  ],
  ["a type, downwards", "src/session/a.ts", 'import type { b } from "../store/b.js";\n', /session may import only/],
  [
    "over several lines",
    "src/store/a.ts",
    'import {\n  b,\n  c,\n} from "../service/b.js";\n',
    /store may import only/,
  ],
  ["store to transport", "src/store/a.ts", 'import "../transport/b.js";\n', /store may import only/],
  ["transport to store", "src/transport/a.ts", 'export * from "../store/b.js";\n', /transport may import only/],
  ["the surface from below", "src/service/a.ts", 'import "../index.js";\n', /service may import only/],
  ["at run time", "src/wire/a.ts", 'export const b = () => import("../cli/b.js");\n', /wire may import only/],
  ["Node in a pure folder", "src/session/a.ts", 'import { readFile } from "node:fs";\n', /session\/ is pure/],
  ["a package in a pure folder", "src/wire/a.ts", 'import fc from "fast-check";\n', /wire\/ is pure/],
  ["out of src", "src/cli/a.ts", 'import "../../test/needs.js";\n', /outside src/],
  ["an unknown layer", "src/magic/a.ts", "", /no layer is called "magic"/],
  ["an empty name", "src/wire/utils.ts", "", /"utils" does not say what is in it/],
  ["an empty folder name", "src/cli/common/a.ts", "", /"common" does not say/],
  ["an empty ending", "src/cli/path-helpers.ts", "", /"path-helpers" does not say/],
  ["a long file", "src/wire/a.ts", "\n".repeat(301), /301 lines; the most is 300/],
];

for (const [what, name, text, said] of violations) {
  test(`caught: ${what}`, () => {
    const found = check({ [name]: text });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", said);
    assert.ok(found[0]?.startsWith(`${name}: `));
  });
}
