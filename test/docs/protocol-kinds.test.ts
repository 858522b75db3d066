import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as limits from "../../src/wire/limits.js";
import { tableBelow, tablesOf } from "./protocol-document.js";

/** Where kinds are sent and compared. */
const patterns = [/\bkind: "([\w-]+)"/g, /\bkind [!=]== "([\w-]+)"/g];
/** Where they are told apart. */
const switchPattern = /^( *)switch \((?:message\.)?header\.kind\) \{$([^]*?)^\1\}$/gm;
/** Where requests are listed with their handlers. */
const handlersPattern = /new Map<string, RequestHandler>\(\[$([^]*?)^ {2,6}\]\)[,;]$/gm;

function kindsIn(text: string): string[] {
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)]);
  for (const [, , body = ""] of text.matchAll(switchPattern)) found.push(...body.matchAll(/\bcase "([\w-]+)":/g));
  for (const [, body = ""] of text.matchAll(handlersPattern)) found.push(...body.matchAll(/^ {4,8}\[\s*"([\w-]+)",/gm));
  return found.map(([, kind]) => kind as string);
}

/** Datagrams have kinds of their own, in a table of their own. */
const aboutDatagrams = /^(datagram|discovery)\b/;

function kindsInCode(): string[] {
  const found = new Set<string>();
  for (const folder of ["src/session", "src/service"]) {
    for (const name of readdirSync(folder, { encoding: "utf8", recursive: true })) {
      if (!name.endsWith(".ts") || aboutDatagrams.test(name)) continue;
      for (const kind of kindsIn(readFileSync(join(folder, name), "utf8"))) found.add(kind);
    }
  }
  return [...found].sort();
}

test("kinds are found wherever the code has them", () => {
  const text = `
    switch (message.header.kind) {
      case "want":
        return;
      case "held": {
        return;
      }
    }
  return new Map<string, RequestHandler>([
    ["list", { handle }],
    [
      "look",
      simple("read", act),
    ],
  ]);
    send({ kind: "got", bytes }); if (header.kind !== "hello") return;
`;
  assert.deepEqual(kindsIn(text).sort(), ["got", "held", "hello", "list", "look", "want"]);
});

test("the document has every kind of message that the code has, and no other", () => {
  const documented = tablesOf("kind").map(([kind]) => kind as string);
  assert.equal(new Set(documented).size, documented.length);
  assert.deepEqual(documented.toSorted(), kindsInCode());
});

test("the document has every limit, with its value", () => {
  const rows = tableBelow("## Limits").map(([name, value = ""]) => [name, Number(value.replaceAll(",", ""))]);
  assert.deepEqual(Object.fromEntries(rows), { ...limits });
});
