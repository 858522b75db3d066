import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program.js";

const documents = readdirSync("docs").filter((name) => name.endsWith(".md"));
const text = documents.map((name) => readFileSync(join("docs", name), "utf8")).join("\n");

/** Each flag of a command and of those below it, in all its spellings. */
function* flagsOf(command: Command, path: readonly string[]): Generator<string> {
  for (const { long, short } of command.options) {
    for (const flag of [long, short]) if (flag) yield [...path, flag].join(" ");
  }
  for (const inner of command.commands) yield* flagsOf(inner, [...path, inner.name()]);
}

test("each flag stands in a document, short and long", () => {
  const missing = [
    ...flagsOf(
      buildProgram("0", () => {}),
      ["sampan"],
    ),
  ].filter((flag) => {
    const [name = ""] = flag.split(" ").slice(-1);
    return !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);
  });
  assert.deepEqual(missing, []);
});
