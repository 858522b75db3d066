import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as limits from "../../src/wire/limits.js";
import { tableBelow } from "./protocol-document.js";

/** Where kinds are sent, compared, and told apart. */
const patterns = [/\bkind: "(\w+)"/g, /\bkind [!=]== "(\w+)"/g];
const tables: readonly (readonly [file: string, pattern: RegExp])[] = [
  ["src/session/send-files.ts", /^ {6}case "(\w+)":/gm],
  ["src/session/receive-files.ts", /^ {6}case "(\w+)":/gm],
  ["src/service/file-requests.ts", /^ {4}\[\s*"(\w+)",/gm],
  ["src/service/file-transfers.ts", /^ {4}\[\s*"(\w+)",/gm],
];

function kindsInCode(): string[] {
  const files = ["src/session", "src/service"].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  const searches = [...files.flatMap((file) => patterns.map((pattern) => [file, pattern] as const)), ...tables];
  const found = searches.flatMap(([file, pattern]) => {
    const matches = [...readFileSync(file, "utf8").matchAll(pattern)];
    if (pattern.multiline) assert.ok(matches.length > 0, `no kind was found in ${file}: mend the pattern`);
    return matches.map(([, kind]) => kind as string);
  });
  return [...new Set(found)].sort();
}

test("the document has every kind of message that the code has, and no other", () => {
  const documented = tableBelow("## The messages").map(([kind]) => kind as string);
  assert.equal(new Set(documented).size, documented.length);
  assert.deepEqual(documented.toSorted(), kindsInCode());
});

test("the document has every limit, with its value", () => {
  const documented = tableBelow("## Limits").map(([name, value]) => [name, Number(value?.replaceAll(",", ""))]);
  assert.deepEqual(documented.toSorted(), Object.entries(limits).toSorted());
});
